"""`make deploy` hands sam the environment's parameters and those beside, and refuses wrong ones."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samcli.cli.types import CfnParameterOverridesType

from local import deploy
from local.deploy import main, merged, overrides

CONFIG = """
[prod.deploy.parameters]
parameter_overrides = "Environment=prod SystemName=avatar-system"
[bare.deploy.parameters]
"""
NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9]{0,30}", fullmatch=True)
# no backslash: sam takes one for an escape, and no parameter's pattern needs it
VALUES = st.text(st.characters(blacklist_characters="\\", blacklist_categories=("Cs", "Cc")))


def read(arguments: list[str]) -> dict[str, Any]:
    """Return what sam makes of what follows ``--parameter-overrides``."""
    found: dict[str, Any] = CfnParameterOverridesType().convert(tuple(arguments), None, None)
    return found


@given(st.dictionaries(NAMES, VALUES, min_size=1))
def test_sam_reads_each_value_as_it_was_written(written: dict[str, str]) -> None:
    assert read(overrides(merged(CONFIG, "bare", written))) == written


def test_what_is_given_replaces_its_own_alone() -> None:
    assert merged(CONFIG, "prod", {"SystemName": "shop", "OpsEmail": "ops@example.com"}) == {
        "Environment": "prod", "SystemName": "shop", "OpsEmail": "ops@example.com",
    }  # fmt: skip


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Return the commands that were run; nothing is built or deployed."""
    commands: list[list[str]] = []
    monkeypatch.delenv("PARAMETERS", raising=False)

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        commands.append(command)
        return subprocess.CompletedProcess(command, 3)

    monkeypatch.setattr(deploy, "build", lambda: commands.append(["build"]))
    monkeypatch.setattr(subprocess, "run", run)
    return commands


def test_it_builds_then_deploys_and_ends_as_sam_does(
    ran: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARAMETERS", "OpsEmail=ops@example.com StorageCriticalThreshold=500")
    assert main(["prod"]) == 3
    built, deployed = ran
    assert built == ["build"]
    assert deployed[1:4] == ["deploy", "--config-env", "prod"]
    assert read(deployed[5:]) == {
        "Environment": "prod", "SystemName": "avatar-system", "MetricNamespace": "AvatarSystem",
        "OpsEmail": "ops@example.com", "StorageCriticalThreshold": "500",
    }  # fmt: skip


def test_samconfig_says_it_all_where_nothing_is_given(ran: list[list[str]]) -> None:
    assert main(["dev"]) == 3
    assert ran[1][1:] == ["deploy", "--config-env", "dev"]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("OpsMail=ops@example.com", "is it OpsEmail?"),
        ("OpsEmail=nobody", "an e-mail address, or empty"),
        ("OpsEmail", "is not Name=value"),
        ("OpsEmail='ops@example.com", "No closing quotation"),
    ],
)
def test_what_cloudformation_would_refuse_is_refused_before_anything_is_built(
    written: str, said: str, ran: list[list[str]], monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setenv("PARAMETERS", written)
    assert main(["prod"]) == 2
    assert said in capsys.readouterr().err
    assert ran == []
