"""Whether a command line would do what it says: each program's own way of knowing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from importlib.util import find_spec
from typing import Any

import click
from botocore.validate import ParamValidator
from samcli.cli.main import cli as sam

from aws_contract.core import Breach, first_breach
from fakes.commands import GLOBAL_OPTIONS, Command, CommandError, given_of, request
from local.parameters import words
from local.paths import ROOT

# of `aws cloudformation deploy`, which no model has (AWS CLI Command Reference)
DEPLOY_OPTIONS = {
    "template-file", "stack-name", "s3-bucket", "force-upload", "s3-prefix", "kms-key-id",
    "parameter-overrides", "capabilities", "no-execute-changeset", "role-arn",
    "notification-arns", "no-fail-on-empty-changeset", "fail-on-empty-changeset", "tags",
    "disable-rollback",
}  # fmt: skip


def check(command: Command, outputs: Mapping[str, str], parameters: Mapping[str, set[str]]) -> None:
    """Raise CommandError for a command line that would not do what it says.

    ``outputs`` are values for what stands in angle brackets, ``parameters`` each template's.
    """
    if command.words[0] in _OTHERS:
        _OTHERS[command.words[0]](command)
        _check_written(command, parameters["template.yaml"] | parameters["global.yaml"])
    elif command.words[0] == "sam":
        _check_sam(command, parameters)
    elif command.words[0] != "aws":
        raise CommandError(f"nothing checks {command.words[0]}")
    elif command.words[1:3] == ("cloudformation", "deploy"):
        _check_deploy(command, parameters)
    else:
        _check_request(command, outputs)


def _check_make(command: Command) -> None:
    """A target of the Makefile, and variables that it reads."""
    makefile = (ROOT / "Makefile").read_text()
    _, target, *given = command.words
    if not re.search(rf"^{re.escape(target)}:", makefile, re.MULTILINE):
        raise CommandError(f"make has no target {target}")
    for word in given:
        name, sign, value = word.partition("=")
        if not sign or not re.search(rf"\$\((?:value )?{name}\b", makefile):
            raise CommandError(f"make {target} reads no {word}")
        if (
            name == "ENV"
            and value != "…"
            and f"[{value}." not in (ROOT / "samconfig.toml").read_text()
        ):
            raise CommandError(f"there is no environment {value}")


def _check_python(command: Command) -> None:
    """A module or a file of the project."""
    _, *rest = command.words
    there = rest[0] == "-m" and find_spec(rest[1]) if len(rest) > 1 else (ROOT / rest[0]).exists()
    if not there:
        raise CommandError(f"there is no {rest[-1]}")


def _check_pre_commit(command: Command) -> None:
    if (
        command.words[1] not in {"install", "run"}
        or not (ROOT / ".pre-commit-config.yaml").exists()
    ):
        raise CommandError(f"pre-commit cannot {command.words[1]}")


def _check_npm(command: Command) -> None:
    """A package that AWS names (CloudWatch User Guide, RUM web client)."""
    if command.words[1:] != ("install", "aws-rum-web"):
        raise CommandError(f"nobody has looked at {command}")


def _check_git(command: Command) -> None:
    """What anybody who has the project's history knows."""
    if command.words[1] not in {"pull", "clone", "checkout"}:
        raise CommandError(f"nobody has looked at {command}")


_OTHERS: Mapping[str, Callable[[Command], None]] = {
    "make": _check_make, "python": _check_python, "python3": _check_python,
    "pre-commit": _check_pre_commit, "npm": _check_npm, "git": _check_git,
}  # fmt: skip


def _check_sam(command: Command, parameters: Mapping[str, set[str]]) -> None:
    found: Any = sam
    context = click.Context(sam, obj=object())  # without one it loads no command
    place = 1
    while isinstance(found, click.Group) and place < len(command.words):
        found = found.get_command(context, command.words[place])
        if found is None:
            raise CommandError(f"sam has no command {command.words[place]}")
        place += 1
    known = {option for each in found.params for option in (*each.opts, *each.secondary_opts)}
    for word in command.words[place:]:
        if word.startswith("-") and word.partition("=")[0] not in known:
            raise CommandError(f"sam {found.name} has no option {word}")
    _check_overrides(command, parameters["template.yaml"])


def _check_overrides(command: Command, parameters: set[str]) -> None:
    _check_names(command.options.get("parameter-overrides", ()), parameters)


def _check_written(command: Command, parameters: set[str]) -> None:
    """Parameters that `make` hands on, in one word."""
    for word in command.words:
        name, _, text = word.partition("=")
        if name == "PARAMETERS" and text != "…":
            _check_names(words(text), parameters)


def _check_names(texts: Iterable[str], parameters: set[str]) -> None:
    for name in (text.partition("=")[0] for text in texts):
        if name not in parameters:
            raise CommandError(f"there is no parameter {name}")


def _check_deploy(command: Command, parameters: Mapping[str, set[str]]) -> None:
    options = command.options
    unknown = options.keys() - DEPLOY_OPTIONS - GLOBAL_OPTIONS.keys()
    if unknown or not {"template-file", "stack-name"} <= options.keys():
        raise CommandError(f"aws cloudformation deploy: {unknown or 'an option is missing'}")
    _check_overrides(command, parameters[options["template-file"][0]])


def _check_request(command: Command, outputs: Mapping[str, str]) -> None:
    model, params = request(command, outputs)
    if model.input_shape is None:
        return
    report = ParamValidator().validate(params, model.input_shape)
    if report.has_errors():
        raise CommandError(report.generate_report())
    found = first_breach(model, params)
    if found:
        raise CommandError(_said(found[1]))


def check_form(command: Command) -> None:
    """Raise CommandError unless command and options are known and none that is needed is missing.

    For what a program writes, whose values are made at its time.
    """
    model, members, given = given_of(command)
    needed = set(model.input_shape.required_members) if model.input_shape else set()
    missing = needed - {members[option] for option in given}
    if missing:
        raise CommandError(f"{command}: {', '.join(sorted(missing))} is missing")


def _said(breach: Breach) -> str:
    return f"{breach.code}: {breach.message}"
