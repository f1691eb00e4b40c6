"""The bootstrap says in one line what to do, and does nothing twice."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fakes.wheels import wheel
from local import bootstrap
from local.paths import ROOT


def test_a_missing_python_that_cannot_be_downloaded_is_said_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))

    def nothing_found(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(command, 2, "", "no interpreter; downloads are off")

    monkeypatch.setattr("subprocess.run", nothing_found)
    with pytest.raises(bootstrap.BootstrapError, match=r"CPython 3\.13 is not on this machine"):
        bootstrap.find_python(Path("uv"))


def test_the_python_that_fills_an_environment_is_the_same_once_it_is_filled(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """On a machine without pyenv: its path is part of what says that all is filled."""
    uv = bootstrap.UV_HOME / "bin" / "uv"
    if not uv.exists():
        pytest.skip("uv is not here: run `make environments`")
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    monkeypatch.setenv("PATH", f"{Path(sys._base_executable).parent}:/usr/bin:/bin")  # type: ignore[attr-defined]
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    before = bootstrap.find_python(uv)
    subprocess.run([uv, "venv", "--python", before, tmp_path / ".venv"], check=True)
    assert bootstrap.find_python(uv) == before


def test_an_unknown_environment_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert bootstrap.main(["production"]) == 1
    assert "unknown environment production; there are: dev, emulator" in capsys.readouterr().err


def test_a_full_environment_is_left_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "bin").mkdir(parents=True)
    (home / "bin" / "python").touch()
    python, requirements = Path("python3.13"), ROOT / "requirements" / "emulator.txt"
    (home / ".pins").write_text(bootstrap.fingerprint(requirements, python))
    monkeypatch.setitem(bootstrap.ENVIRONMENTS, "emulator", home)
    monkeypatch.setattr(bootstrap, "ensure_uv", lambda: Path("uv"))
    monkeypatch.setattr(bootstrap, "find_python", lambda _: python)

    def must_not_run(*_: object) -> str:
        raise AssertionError("it was filled already")

    monkeypatch.setattr(bootstrap, "run", must_not_run)
    bootstrap.ensure_environment("emulator")

    (home / ".pins").write_text("other pins")
    with pytest.raises(AssertionError):
        bootstrap.ensure_environment("emulator")


@pytest.mark.parametrize(("name", "compiled"), [("emulator", True), ("dev", False)])
def test_only_what_writes_no_bytecode_gets_it_at_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, *, compiled: bool
) -> None:
    home, commands = tmp_path / "home", list[list[str]]()
    home.mkdir()
    monkeypatch.setitem(bootstrap.ENVIRONMENTS, name, home)
    monkeypatch.setattr(bootstrap, "ensure_uv", lambda: Path("uv"))
    monkeypatch.setattr(bootstrap, "find_python", lambda _: Path("python3.13"))
    monkeypatch.setattr(bootstrap, "run", lambda command, _: commands.append(command))
    bootstrap.ensure_environment(name)
    [fill] = [each for each in commands if "sync" in each]
    assert ("--compile-bytecode" in fill) == compiled


def test_the_pins_name_no_index() -> None:
    files = [*ROOT.glob("requirements/*.txt"), *ROOT.glob("layers/*/requirements.txt")]
    assert len(files) >= 4
    for file in files:
        assert "://" not in file.read_text(), file


def test_it_is_readable_to_an_old_python() -> None:
    """No syntax or import that Python 3.9 lacks: it runs before there is a newer one."""
    import ast  # noqa: PLC0415

    source = (ROOT / "local" / "bootstrap.py").read_text()
    tree = ast.parse(source, feature_version=(3, 9))
    imported = {
        name.name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for name in node.names
    }
    assert imported <= set(sys.stdlib_module_names)
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_without_a_home_that_can_be_written_uv_stays_in_the_projects_folder(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HOME", "/proc/nobody")
    assert set(bootstrap.places()) == {"UV_CACHE_DIR", "UV_PYTHON_INSTALL_DIR"}
    assert all(Path(each).is_relative_to(bootstrap.UV_HOME) for each in bootstrap.places().values())
    said = bootstrap.run(["sh", "-c", "echo $UV_CACHE_DIR"], "no shell")
    assert said == str(bootstrap.UV_HOME / "cache")


def test_a_home_that_can_be_written_is_used_and_so_is_what_the_machine_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert not bootstrap.places()
    monkeypatch.setenv("HOME", "/proc/nobody")
    monkeypatch.setenv("UV_CACHE_DIR", "/elsewhere")
    assert bootstrap.run(["sh", "-c", "echo $UV_CACHE_DIR"], "no shell") == "/elsewhere"


@pytest.mark.parametrize("digest", ["its own", "another's", ""])
def test_an_environment_takes_no_package_but_the_one_pinned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, digest: str
) -> None:
    made, uv, python = wheel(tmp_path / "index"), bootstrap.ensure_uv(), Path(sys.executable)
    pins = {"its own": made.pinned(made.digest), "another's": made.pinned("0" * 64)}
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "dev.txt").write_text(pins.get(digest, made.requirement))
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "ensure_uv", lambda: uv)
    monkeypatch.setattr(bootstrap, "find_python", lambda _: python)
    monkeypatch.setitem(bootstrap.ENVIRONMENTS, "dev", tmp_path / "home")
    monkeypatch.setenv("UV_NO_INDEX", "1")
    monkeypatch.setenv("UV_FIND_LINKS", str(made.path.parent))
    if digest == "its own":
        bootstrap.ensure_environment("dev")
        assert list((tmp_path / "home").rglob("pinned.py"))
    else:
        with pytest.raises(bootstrap.BootstrapError, match=r"(?i)hash|sha256"):
            bootstrap.ensure_environment("dev")
