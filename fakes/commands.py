"""Command lines as people type them: those of `aws` are read as the requests that they make.

The AWS CLI makes its commands and options of botocore's models; what it adds by itself is listed
here. KeyError or CommandError for what it would not know.
"""

from __future__ import annotations

import ast
import json
import re
import shlex
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any

from botocore import xform_name
from botocore.model import ListShape, OperationModel, Shape, StructureShape
from botocore.session import Session

# options of every command of the AWS CLI, with how many words follow
GLOBAL_OPTIONS = {
    "region": 1, "profile": 1, "output": 1, "query": 1, "cli-binary-format": 1,
    "no-cli-pager": 0, "endpoint-url": 1, "no-paginate": 0,
}  # fmt: skip
# services that the AWS CLI names otherwise than botocore
SERVICES = {"s3api": "s3"}
# options that the AWS CLI names otherwise than their members (awscli.customizations.argrename)
RENAMED = {("sns", "subscribe", "endpoint"): "notification-endpoint"}
_SESSION = Session()


class CommandError(Exception):
    """A command line that the tool would not take; the message says why."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command line in words, and where it stands."""

    where: str
    words: tuple[str, ...]

    def __str__(self) -> str:
        """Return it as it is typed."""
        return shlex.join(self.words)

    @property
    def options(self) -> dict[str, list[str]]:
        """Return each ``--option`` with the words that follow it."""
        found: dict[str, list[str]] = {}
        name = ""
        for word in self.words[1:]:
            if word.startswith("--"):
                name, _, value = word[2:].partition("=")
                found[name] = [value] if value else []
            elif name:
                found[name].append(word)
        return found


def commands(where: str, text: str) -> Iterator[Command]:
    """Yield the command lines of a page: in blocks, over several lines, and between backticks."""
    joined = re.sub(r"\\\n\s*", " ", _FENCED.sub(_shell, text))
    # a command between backticks may be broken at a line's end
    found = re.findall(rf"`((?:{_PROGRAMS}) [^`]+)`", re.sub(r"\n(?=\S)", " ", joined))
    lines = joined.splitlines()
    for place, line in enumerate(lines):
        if match := _TYPED.match(line):
            found.append(_closed(match[1], lines[place + 1 :]))
    for line in found:
        words = shlex.split(line, comments=True)
        if len(words) > 2 or words[0] not in {"aws", "sam"}:  # `aws sqs` is a word for a service
            yield Command(where, (words[0].rsplit("/", 1)[-1], *words[1:]))


_FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def _shell(block: re.Match[str]) -> str:
    """Return a fenced block's lines indented, where they are of a shell; else nothing."""
    if block[1] not in {"", "sh", "bash", "shell", "console"}:
        return ""
    return re.sub(r"^", "    ", block[2], flags=re.MULTILINE)


# What people type in a shell; a page that wants another one has no check for it, and fails.
PROGRAMS = (
    "aws", "sam", "make", "python", "python3", "pre-commit", "curl", "wget", "pip", "pip3", "uv",
    "docker", "git", "npm", "npx", "jq", "brew", "apt", "apt-get", "sudo", "export", "cd", "cp",
    "bash", "sh", "source", "cfn-lint", "checkov", "pytest",
)  # fmt: skip
_PROGRAMS = "|".join(PROGRAMS)
_TYPED = re.compile(rf"(?: {{4,}}|\t|\$ )((?:\.venv/bin/)?(?:{_PROGRAMS}) .+)$")


def _closed(line: str, following: list[str]) -> str:
    """Return a line with those that follow as far as its quotation marks are open."""
    for more in ("", *following):
        line = f"{line} {more.strip()}".rstrip()
        with suppress(ValueError):
            shlex.split(line)
            return line
    raise CommandError(f"a quotation is not closed: {line[:80]}")


def written(where: str, source: str) -> Iterator[Command]:
    """Yield the commands that a program of Python writes, with <x> for what it fills in.

    The beginning of one that is kept by a name is read where it is used.
    """
    if "aws " not in source:  # most programs: spared the parsing, which all of them make slow
        return
    tree = ast.parse(source)
    nodes = list(ast.walk(tree))
    kept = {
        each.targets[0].id: each.value.value
        for each in tree.body
        if isinstance(each, ast.Assign)
        and isinstance(each.targets[0], ast.Name)
        and isinstance(each.value, ast.Constant)
        and isinstance(each.value.value, str)
    }
    texts = [_text(each, kept) for each in nodes if isinstance(each, ast.JoinedStr)]
    inside = {id(part) for e in nodes if isinstance(e, ast.JoinedStr) for part in e.values}
    texts += [
        each.value
        for each in nodes
        if isinstance(each, ast.Constant)
        and isinstance(each.value, str)
        and id(each) not in inside
        and each.value not in kept.values()
    ]
    for text in texts:
        for line in _WRITTEN.findall(text):
            yield Command(where, tuple(shlex.split(line.rstrip(").,"))))


_WRITTEN = re.compile(
    r"\baws [a-z0-9-]+ [a-z-]+(?: --[a-z-]+(?: (?:'[^']*'|[^-\s()`'][^\s()`]*))*)*"
)


def _text(node: ast.JoinedStr, kept: Mapping[str, str]) -> str:
    text = ""
    for part in node.values:
        if isinstance(part, ast.Constant):
            text += str(part.value)
        elif isinstance(part, ast.FormattedValue) and isinstance(part.value, ast.Name):
            text += kept.get(part.value.id, "<x>")
        else:
            text += "<x>"
    return text


def request(command: Command, outputs: Mapping[str, str]) -> tuple[OperationModel, dict[str, Any]]:
    """Return the operation of an `aws` command and its parameters, as the AWS CLI makes them."""
    model, members, given = given_of(command)
    shape = model.input_shape
    if shape is None:
        return model, {}
    return model, {
        members[option]: _value(
            shape.members[members[option]], [_filled(each, outputs) for each in words], option
        )
        for option, words in given.items()
    }


def given_of(
    command: Command,
) -> tuple[OperationModel, dict[str, str], dict[str, list[str]]]:
    """Return the operation, its members by their options, and the options that are given."""
    _, service, name = command.words[:3]
    model = _operation(service, name)
    members: dict[str, str] = {}
    for each in model.input_shape.members if model.input_shape else ():
        option = xform_name(each, "-")
        option = RENAMED.get((service, name, option), option)
        members |= {option: each, f"no-{option}": each}
    options = command.options
    given = {k: words for k, words in options.items() if k not in GLOBAL_OPTIONS}
    if unknown := given.keys() - members.keys():
        raise CommandError(f"aws {service} {name} has no option {', '.join(sorted(unknown))}")
    if model.has_streaming_output:  # its answer goes to a file, which is named last
        last = list(options.values())[-1]
        if len(last) < 2:
            raise CommandError(f"aws {service} {name} needs a file for its answer")
        last.pop()
    return model, members, given


@cache
def _operation(service: str, name: str) -> OperationModel:
    model = _SESSION.get_service_model(SERVICES.get(service, service))
    for each in model.operation_names:
        if xform_name(each, "-") == name:
            return model.operation_model(each)
    raise CommandError(f"aws {service} has no command {name}")


def _filled(text: str, outputs: Mapping[str, str]) -> str:
    for name in re.findall(r"<([^>]+)>", text):
        if name not in outputs:
            raise CommandError(f"<{name}> is no output of a stack")
        text = text.replace(f"<{name}>", outputs[name])
    return text


def _value(shape: Shape, words: list[str], option: str) -> Any:
    """Return an option's value as the CLI makes it of its words."""
    if shape.type_name == "boolean":
        return words != ["false"] and not option.startswith("no-")
    if isinstance(shape, ListShape):
        return _listed(shape, words, option)
    if isinstance(shape, StructureShape):
        return json.loads(words[0]) if words[0].startswith("{") else _shorthand(shape, words[0])
    [word] = words[:1] or [""]
    if shape.type_name in {"integer", "long"}:
        return int(word)
    return word.encode() if shape.type_name == "blob" else word


def _listed(shape: ListShape, words: list[str], option: str) -> Any:
    if words[0].startswith("file://"):
        return []  # what the file holds is not in the page
    if len(words) == 1 and words[0].startswith("["):
        return json.loads(words[0])
    return [_value(shape.member, [word], option) for word in words]


def _shorthand(shape: StructureShape, text: str) -> dict[str, Any]:
    """Return what key=value,key=value stands for (AWS CLI User Guide, "shorthand syntax")."""
    pairs = [each.partition("=") for each in text.split(",")]
    members = shape.members
    if unknown := [key for key, _, _ in pairs if key not in members]:
        raise CommandError(f"there is no member {', '.join(unknown)}")
    return {key: _value(members[key], [value], key) for key, _, value in pairs}
