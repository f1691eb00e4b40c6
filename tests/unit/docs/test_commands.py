"""Every command that we tell people to type is one that does what it says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

import pytest

from fakes.command_checks import check, check_form
from fakes.commands import Command, CommandError, commands, written
from fakes.expanded import expanded_file
from fakes.parameters import another_of_each
from fakes.physical import ACCOUNT, REGION, references
from local.cloudformation import Deployment
from local.paths import ROOT, TEMPLATES

PAGES = [
    ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md")),
]  # fmt: skip
PROGRAMS = sorted(
    path for folder in ("functions", "layers", "local") for path in (ROOT / folder).rglob("*.py")
)
# what stands in angle brackets and is no output
OTHERS = {
    "root": "AvatarSystem",
    "ReceiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a", "account": ACCOUNT,
    "DistributionId": "E3SJ7B3QL1F8WH",
    "id": "1a2b3c4d-0000-4000-8000-000000000000",
    "you@example.com": "ops@example.com",
}  # fmt: skip
PARAMETERS = {name: set(expanded_file(name)["Parameters"]) for name in TEMPLATES}


@cache
def outputs() -> Mapping[str, str]:
    """Return the outputs of all stacks, when everything is given."""
    found: dict[str, str] = dict(OTHERS)
    for name in TEMPLATES:
        template = expanded_file(name)
        given = another_of_each(template) | {"Emulated": "false", "ScalingGroupName": ""}
        named = references(Deployment(template, given).resources(), REGION)
        deployment = Deployment(template, {**given, **named})
        for output, each in template.get("Outputs", {}).items():
            if "Condition" not in each or deployment.holds(each["Condition"]):
                found[output] = str(deployment.value(each["Value"]))
    return found


def on_pages() -> Iterator[Command]:
    for page in PAGES:
        yield from commands(str(page.relative_to(ROOT)), page.read_text())


def in_programs() -> Iterator[Command]:
    for program in PROGRAMS:
        yield from written(str(program.relative_to(ROOT)), program.read_text())


READ, WRITTEN = list(on_pages()), list(in_programs())


@pytest.mark.parametrize("command", READ, ids=[f"{c.where}: {c}"[:90] for c in READ])
def test_what_pages_say(command: Command) -> None:
    check(command, outputs(), PARAMETERS)


@pytest.mark.parametrize("command", WRITTEN, ids=[f"{c.where}: {c}"[:90] for c in WRITTEN])
def test_what_programs_write(command: Command) -> None:
    check_form(command)


def test_there_are_commands_to_check() -> None:
    read = {" ".join(command.words[:3]) for command in READ}
    assert {
        "aws ssm put-parameter", "aws sqs start-message-move-task", "aws sqs purge-queue",
        "aws cloudformation deploy", "sam deploy --config-env", "make mute ENV=prod",
        "make deploy ENV=prod",
        "aws lambda invoke",
    } <= read  # fmt: skip
    assert any(command.words[1:3] == ("lambda", "invoke") for command in WRITTEN)


def test_what_is_in_us_east_1_says_so() -> None:
    for command in READ:
        elsewhere = "Cost" in str(command) or command.where == "docs/global.md"
        if command.words[0] == "aws" and elsewhere and "CostControl" not in str(command):
            assert command.options["region"] == ["us-east-1"], str(command)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("aws sqs start-message-move-task --source-arn <AlertsDeadLetterQueueArn>", "Destination"),
        ("aws sqs receive-message --queue <AlertsQueueUrl>", "no option"),
        ("aws sqs recieve-message --queue-url <AlertsQueueUrl>", "no command"),
        ("aws sqs purge-queue --queue-url <AlertQueueUrl>", "no output"),
        ("aws sqs delete-message --queue-url <AlertsQueueUrl>", "ReceiptHandle"),
        ("aws lambda invoke --function-name <CostControlFunction>", "a file for its answer"),
        ("aws cloudformation deploy --template-file rum.yaml", "missing"),
        ("sam deploy --config-environment prod", "no option"),
        ("sam deploy --parameter-overrides SystmName=a", "no parameter"),
        ("sam deployed --config-env prod", "no command"),
        ("make doktor ENV=prod", "no target"),
        ("make doctor ENV=production", "no environment"),
        ("make doctor STAGE=prod", "reads no"),
        ("make deploy ENV=prod PARAMETERS='OpsMail=a@b.example'", "no parameter OpsMail"),
        ("python -m benchmarks.wealth", "there is no"),
        ("pre-commit uninstall", "cannot"),
        ("git reset --hard", "nobody has looked"),
        ("curl https://example.com", "nothing checks curl"),
    ],
)
def test_what_would_not_do_is_seen(line: str, said: str) -> None:
    [command] = commands("here", f"    {line} \n")
    with pytest.raises(CommandError, match=said):
        check(command, outputs(), PARAMETERS)
