"""How commands end: by what AWS or the machine answers, and by whoever ends them."""

from __future__ import annotations

import io
from typing import Any

import pytest
from botocore import exceptions
from botocore.exceptions import BotoCoreError, ClientError

from local import probe
from local.command import ended, refusal
from local.doctor.deployment import Deployment, NoDeploymentError
from local.parameters import ParameterError, pairs
from local.rehearsal import __main__ as rehearsal


def of_aws(code: str, message: str = "no") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "DescribeStacks")


UNREACHED = "https://cloudformation.eu-north-1.amazonaws.com/"


@pytest.mark.parametrize(
    ("error", "helps"),
    [
        (of_aws("ExpiredToken"), "aws sso login"),
        (of_aws("UnrecognizedClientException"), "aws sso login"),
        (of_aws("AccessDenied"), "needs that right"),
        (of_aws("RequestTimeTooSkewed"), "clock"),
        (of_aws("OptInRequired"), "not enabled"),
        (of_aws("Throttling"), "again in a minute"),
        (of_aws("ValidationError", "Stack with id a does not exist"), "AWS_REGION"),
        (exceptions.NoCredentialsError(), "aws sso login"),
        (exceptions.UnauthorizedSSOTokenError(), "aws sso login"),
        (exceptions.ProfileNotFound(profile="x"), "~/.aws/config"),
        (exceptions.NoRegionError(), "AWS_REGION"),
        (exceptions.EndpointConnectionError(endpoint_url=UNREACHED), "network"),
        (exceptions.ReadTimeoutError(endpoint_url=UNREACHED), "whether it was done is not known"),
    ],
)
def test_a_command_ends_with_what_helps(
    capsys: pytest.CaptureFixture[str], error: ClientError | BotoCoreError, helps: str
) -> None:
    def main() -> int:
        raise error

    assert ended(main) == 2
    told = capsys.readouterr().err
    assert helps in told
    assert told == f"{refusal(error)}\n"


def test_who_ends_a_command_is_told_what_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    def main() -> int:
        raise KeyboardInterrupt

    assert ended(main, "it goes on") == 130
    assert capsys.readouterr().err == "ended by Ctrl-C: it goes on\n"


def test_a_folder_that_takes_nothing_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    def main() -> int:
        raise PermissionError(13, "Permission denied", "out")

    assert ended(main) == 2
    assert capsys.readouterr().err == "out: Permission denied\n"


class Rolled:
    """CloudFormation with a stack that was never whole, or whose resources may not be listed."""

    def __init__(self, *, is_listed: bool) -> None:
        self.is_listed = is_listed

    def describe_stacks(self, **_: Any) -> Any:
        return {"Stacks": [{"StackStatus": "ROLLBACK_COMPLETE"}]}

    def get_paginator(self, _: str) -> Any:
        return self

    def paginate(self, **_: Any) -> Any:
        if not self.is_listed:
            raise of_aws("AccessDenied")
        return []


def test_what_was_never_whole_is_named_where_an_output_is_wanted() -> None:
    found = Deployment.read("a", "eu-north-1", lambda *_: Rolled(is_listed=True))
    assert not found.was_made
    with pytest.raises(NoDeploymentError, match="a is in ROLLBACK_COMPLETE and was never made"):
        _ = found.outputs["AlertsTopicArn"]
    with pytest.raises(NoDeploymentError, match="needs that right"):
        Deployment.read("a", "eu-north-1", lambda *_: Rolled(is_listed=False))


@pytest.mark.parametrize("entry", ["[]", "null", "3", '{"a": 1, "a": 2}', "{'a': 1}"])
def test_an_entry_that_is_none_is_refused(entry: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        probe.main([f"--entry={entry}", "--", "http://127.0.0.1:9/"])
    assert stopped.value.code == 2
    assert "error: ENTRY" in capsys.readouterr().err


@pytest.mark.parametrize("given", ["\u201cx\u201d", "x\u2019"])
def test_quotes_of_a_word_processor_are_named(given: str) -> None:
    with pytest.raises(ParameterError, match="quotes need to be straight"):
        pairs([f"OpsEmail={given}"])


@pytest.mark.parametrize(
    "option", ["--acknowledge=nan", "--acknowledge=-5", "--acknowledge=1e300", "--days=99999999999"]
)
def test_a_rehearsal_takes_no_number_that_is_none(option: str) -> None:
    with pytest.raises(SystemExit) as stopped:
        rehearsal.main([option])
    assert stopped.value.code == 2


def test_nobody_there_to_be_asked_about_a_price_is_a_no(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert rehearsal.main(["--record"]) == 2
    told = capsys.readouterr().out
    assert "Go on? [y/N]" in told
    assert "nothing was asked" in told
