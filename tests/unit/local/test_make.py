"""The Makefile's commands see the caller's account and region, and the project's own Python."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from local.paths import ROOT, SAM
from local.sam import SamError, run_sam, sam_environment

BARE = "/usr/bin:/bin"


def make(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run make with nothing in its environment but what is given."""
    return subprocess.run(
        ["make", *arguments],  # noqa: S607 - make is where the machine has it
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "HOME": str(Path.home()), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("target", ["deploy", "delete"])
@pytest.mark.parametrize("environment", [[], ["ENV="], ["ENV=production"], ["ENV=local"]])
def test_an_environment_that_is_not_named_is_asked_for_before_anything_is_done(
    target: str, environment: list[str]
) -> None:
    done = make("--dry-run", target, *environment)
    assert done.returncode == 2
    assert not done.stdout
    assert f"`make {target} ENV=dev` `make {target} ENV=prod`" in done.stderr


@pytest.mark.parametrize("command", ["doctor", "verify"])
@pytest.mark.parametrize("environment", ["dev", "prod", "local"])
def test_any_environment_can_be_looked_at(command: str, environment: str) -> None:
    done = make("--dry-run", command, f"ENV={environment}")
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1].endswith(f"-m local.doctor {command} {environment}")


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_an_environment_of_samconfig_is_deployed(environment: str) -> None:
    done = make("--dry-run", "deploy", f"ENV={environment}")
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1] == f".venv/bin/python -m local.deploy {environment}"


@pytest.mark.parametrize(
    ("given", "seen"),
    [
        ({}, ""),
        ({"AWS_PROFILE": "mine"}, ""),  # the profile's own region is not covered up
        ({"AWS_DEFAULT_REGION": "eu-west-1"}, "eu-west-1"),
        ({"AWS_REGION": "us-west-2"}, "us-west-2"),
        ({"AWS_REGION": "us-west-2", "AWS_DEFAULT_REGION": "eu-west-1"}, "us-west-2"),
    ],
)
def test_the_region_is_the_callers(given: dict[str, str], seen: str) -> None:
    done = make("--eval=region: ; @printenv AWS_DEFAULT_REGION || true", "region", **given)
    assert done.stdout.strip() == seen


def test_sam_finds_the_projects_python_with_pip_whatever_the_shell_has() -> None:
    """PythonPipBuilder takes the first python3.13 on PATH and asks it for pip."""
    path = sam_environment({"PATH": BARE})["PATH"]
    assert path == f"{SAM.parent}:{BARE}"
    done = subprocess.run(
        ["python3.13", "-m", "pip", "--version"],  # noqa: S607 - whichever PATH has first
        env={"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    assert str(ROOT / ".venv") in done.stdout


def test_sam_runs_without_any_path() -> None:
    assert sam_environment({})["PATH"] == str(SAM.parent)


def test_what_sam_printed_last_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("local.sam.OUT", tmp_path)
    with pytest.raises(SamError, match=r"sam no-such-command failed .*No such command"):
        run_sam(["no-such-command"], {"PATH": BARE, "HOME": str(tmp_path)})
