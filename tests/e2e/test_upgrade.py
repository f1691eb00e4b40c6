"""The release before this one is upgraded to it and back, while an alert is open."""

from __future__ import annotations

import io
import os
import subprocess
import tarfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from samtranslator.yaml_helper import yaml_parse

from avatarwatch.alert_state import AlertState
from avatarwatch.alerts import AlertMessage, publish
from fakes.expanded import expanded_file
from local.demo import evidence
from local.paths import EMULATOR_HOME, ROOT, SAM
from local.sam import sam_environment
from local.scene import Scene
from local.stack import STACK, architecture, describe

pytestmark = pytest.mark.e2e

# Until a version is tagged, what the next one is upgraded from (docs/upgrade.md)
BEFORE_THE_FIRST_TAG = "1829fe2"
KEPT = ("StateTableName", "ReportsBucketName", "AlertsTopicArn", "AlertsQueueUrl")


def git(*arguments: str) -> bytes:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, check=False)  # noqa: S607
    return done.stdout if done.returncode == 0 else b""


@pytest.fixture(scope="module")
def previous(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the tree of the newest tag, built; it is a minute's work, so CI alone does it."""
    if not os.environ.get("CI"):
        pytest.skip("CI=true upgrades from the previous release")
    tags = git("tag", "--list", "v*", "--sort=-version:refname", "--merged").decode().split()
    packed = git("archive", tags[0] if tags else BEFORE_THE_FIRST_TAG)
    if not packed:
        pytest.skip("the history of the previous release is not in this clone")
    home = tmp_path_factory.mktemp("previous")
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(home, filter="data")
    sam(home, ["build"], dict(os.environ))
    return home


def sam(home: Path, arguments: list[str], environment: dict[str, str]) -> None:
    done = subprocess.run(
        [SAM, *arguments], cwd=home, env=sam_environment(environment), stdin=subprocess.DEVNULL,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


@pytest.fixture
def scene() -> Iterator[Scene]:
    if not EMULATOR_HOME.exists():
        pytest.skip("the emulator's environment is missing: run `make environments`")
    made = Scene()
    try:
        made.start_emulator()
        made.start_inbox()
        yield made
    finally:
        made.close()


def deploy_previous(scene: Scene, home: Path) -> None:
    """Deploy the previous release as its users did: what the template asked for then."""
    given = {"Emulated": "true", "Architecture": architecture(os.uname().machine)}
    overrides = [f"{name}={value}" for name, value in given.items()]
    sam(
        home,
        ["deploy", "--config-env", "local", "--stack-name", STACK,
         "--parameter-overrides", *overrides],
        dict(scene.emulator.environment()),
    )  # fmt: skip
    scene.stack = describe(scene.emulator)


def tell(scene: Scene, key: str, state: AlertState) -> None:
    message = AlertMessage(
        alert="CostControl", state=state, summary=f"of {key}", time=datetime.now(UTC), key=key
    )
    publish(scene.emulator.client("sns"), scene.stack.outputs["AlertsTopicArn"], message)


def opened(scene: Scene, key: str) -> str:
    tell(scene, key, AlertState.ALARM)
    found = scene.inbox.wait_for(
        lambda kept: next((m for m in evidence.slack(kept) if f"of {key}" in str(m)), None), 60
    )
    return found.ts


def ended(scene: Scene, key: str) -> str:
    tell(scene, key, AlertState.OK)
    found = scene.inbox.wait_for(
        lambda kept: next(
            (m for m in evidence.slack(kept) if f"of {key}" in str(m) and m.edits), None
        ),
        60,
    )
    assert "Recovered" in found.text
    return found.ts


def test_what_is_open_is_over_on_the_other_side(scene: Scene, previous: Path) -> None:
    deploy_previous(scene, previous)
    before = {name: scene.stack.outputs[name] for name in KEPT}
    first = opened(scene, "upgrade")

    scene.deploy()
    assert {name: scene.stack.outputs[name] for name in KEPT} == before
    assert ended(scene, "upgrade") == first, "the same message, by the new code"
    second = opened(scene, "rollback")

    deploy_previous(scene, previous)
    assert {name: scene.stack.outputs[name] for name in KEPT} == before
    assert ended(scene, "rollback") == second, "the same message, by the old code"
    told = [str(m) for m in evidence.slack(scene.inbox.snapshot())]
    for key in ("upgrade", "rollback"):  # what the suite says of itself meanwhile is not meant
        assert len([text for text in told if f"of {key}" in text]) == 1, told
    assert not scene.contract_violations()


def test_what_outlives_a_stack_has_the_name_that_it_had(previous: Path) -> None:
    """A resource that is renamed is made anew, and what it held is gone."""
    old = yaml_parse((previous / "template.yaml").read_text())["Resources"]
    new = expanded_file("template.yaml")["Resources"]
    held = ("AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::SQS::Queue", "AWS::KMS::Key")
    gone = {n for n, each in old.items() if each["Type"] in held} - new.keys()
    assert not gone, f"{gone}: say in docs/upgrade.md what becomes of what they hold"
