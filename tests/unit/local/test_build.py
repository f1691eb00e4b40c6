"""What is built is built again when, and only when, something that it depends on changed."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from fakes.wheels import wheel
from local import sam

BUILDS = "builds"


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project of a few files, whose builds are counted in a file."""
    for name in ("functions/a/handler.py", "layers/b/pins.txt", "template.yaml", "samconfig.toml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    built = tmp_path / "built"

    def run(arguments: list[str], environment: Mapping[str, str]) -> None:
        assert arguments == ["build"]
        folder = Path(unquote(urlsplit(environment["PIP_FIND_LINKS"]).path))
        assert [each.name for each in folder.iterdir()] == ["held.whl"], "what was held, there"
        assert environment["PIP_NO_INDEX"] == "1", "and nothing from elsewhere"
        built.mkdir(exist_ok=True)
        for old in built.iterdir():
            old.unlink()
        with (tmp_path / BUILDS).open("a") as counted:
            counted.write("x")

    monkeypatch.setattr(sam, "run_sam", run)
    monkeypatch.setattr(sam, "download", lambda _, folder: (folder / "held.whl").touch())
    monkeypatch.setattr(sam, "OUT", tmp_path)
    monkeypatch.setattr(sam, "BUILT", built)
    monkeypatch.setattr(sam, "_STAMP", built / ".fingerprint")
    before = sam.fingerprint
    monkeypatch.setattr(sam, "fingerprint", lambda: before(tmp_path))
    return tmp_path


def builds(sources: Path) -> int:
    return len((sources / BUILDS).read_text())


def test_what_did_not_change_is_not_built_again(sources: Path) -> None:
    sam.build()
    (sources / "functions" / "a" / "__pycache__").mkdir()
    (sources / "functions" / "a" / "__pycache__" / "handler.pyc").write_bytes(b"1")
    os.utime(sources / "template.yaml", (1, 1))
    sam.build()
    assert builds(sources) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda root: (root / "functions/a/handler.py").write_text("other"),
        lambda root: (root / "functions/a/new.py").write_text(""),
        lambda root: (root / "layers/b/pins.txt").unlink(),
        lambda root: (root / "functions/a/handler.py").rename(root / "functions/a/main.py"),
        lambda root: (root / "template.yaml").write_text("other"),
        lambda root: (root / "built/.fingerprint").unlink(),
    ],
)
def test_what_changed_is_built(sources: Path, change: object) -> None:
    sam.build()
    assert callable(change)
    change(sources)
    sam.build()
    assert builds(sources) == 2


def test_a_build_that_failed_is_tried_again(sources: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise sam.SamError("no pip")

    with monkeypatch.context() as patch:
        patch.setattr(sam, "run_sam", fails)
        with pytest.raises(sam.SamError):
            sam.build()
    sam.build()
    assert builds(sources) == 1


@pytest.mark.parametrize("is_same", [True, False])
def test_a_package_that_is_not_the_one_pinned_is_not_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_same: bool
) -> None:
    """On this machine's processor and on the other: each is held against the pins by itself."""
    made = wheel(tmp_path / "index")
    for name, value in sam.only_from(made.path.parent).items():
        monkeypatch.setenv(name, value)
    pins, folder = tmp_path / "requirements.txt", tmp_path / "wheels"
    pins.write_text(made.pinned(made.digest if is_same else "0" * 64))
    if is_same:
        sam.download([pins], folder)
        assert [each.name for each in folder.iterdir()] == [made.path.name]
    else:
        with pytest.raises(sam.SamError, match=r"(?i)hash|sha256"):
            sam.download([pins], folder)


def test_a_pin_without_a_hash_is_not_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = wheel(tmp_path / "index")
    for name, value in sam.only_from(made.path.parent).items():
        monkeypatch.setenv(name, value)
    (tmp_path / "requirements.txt").write_text(f"{made.requirement}\n")
    with pytest.raises(sam.SamError, match=r"(?i)hash|sha256"):
        sam.download([tmp_path / "requirements.txt"], tmp_path / "wheels")


def test_who_wants_it_meanwhile_waits_and_finds_it_built(
    sources: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, others = sam.run_sam, [threading.Thread(target=sam.build)]

    def run_while_another_wants_to(arguments: list[str], environment: dict[str, str]) -> None:
        if not others[0].ident:
            others[0].start()
            others[0].join(0.2)  # it would have built by then
        run(arguments, environment)

    monkeypatch.setattr(sam, "run_sam", run_while_another_wants_to)
    sam.build()
    others[0].join()
    assert builds(sources) == 1
