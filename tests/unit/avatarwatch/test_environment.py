"""What a function's environment says is read strictly, and a mistake is named by its variable."""

from __future__ import annotations

import pytest

from avatarwatch.environment import SettingsError, choice, names, number, require

CHOICES = {"true": True, "false": False}


@pytest.mark.parametrize(("text", "value"), [("0", 0), ("14", 14), ("2.5", 2.5), ("1e3", 1000)])
def test_a_number(monkeypatch: pytest.MonkeyPatch, text: str, value: float) -> None:
    monkeypatch.setenv("DAYS", text)
    assert number("DAYS") == number("DAYS", 7) == value


@pytest.mark.parametrize("text", ["soon", "-1", "nan", "inf", "1,5"])
def test_what_is_no_number_is_named(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("DAYS", text)
    with pytest.raises(SettingsError, match=r"^DAYS: "):
        number("DAYS", 7)


def test_a_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WRITES", "false")
    assert choice("WRITES", CHOICES, "true") is False
    monkeypatch.setenv("WRITES", "maybe")
    with pytest.raises(SettingsError, match="WRITES: 'maybe' is none of true, false"):
        choice("WRITES", CHOICES)


@pytest.mark.parametrize("text", ["", None])
def test_what_is_missing_is_the_default_or_named(
    monkeypatch: pytest.MonkeyPatch, text: str | None
) -> None:
    monkeypatch.delenv("GIVEN", raising=False)
    if text is not None:
        monkeypatch.setenv("GIVEN", text)
    assert number("GIVEN", 7) == 7
    assert choice("GIVEN", CHOICES, "true") is True
    assert names("GIVEN") == ()
    for read in (require, number, lambda name: choice(name, CHOICES)):
        with pytest.raises(SettingsError, match="GIVEN is not set"):
            read("GIVEN")


def test_names_are_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BUCKETS", " a, b,,a ")
    assert names("BUCKETS") == ("a", "b")
