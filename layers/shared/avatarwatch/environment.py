"""Read a function's settings from its environment, naming what is missing."""

import math
import os
from collections.abc import Mapping


class SettingsError(Exception):
    """A setting is missing or wrong; the message names it and says what it should be."""


def require(name: str) -> str:
    """Return an environment variable; raise SettingsError when it is missing or empty."""
    value = os.environ.get(name, "")
    if not value:
        raise SettingsError(
            f"environment variable {name} is not set: deploy template.yaml as it is"
        )
    return value


def names(name: str) -> tuple[str, ...]:
    """Return what a variable lists with commas in between, each once; nothing when it is empty."""
    listed = (each.strip() for each in os.environ.get(name, "").split(","))
    return tuple(dict.fromkeys(each for each in listed if each))


def number(name: str, default: float | None = None) -> float:
    """Return a finite number of 0 or more; SettingsError names the variable that holds none."""
    text = _given(name, None if default is None else str(default))
    try:
        value = float(text)
    except ValueError:
        raise SettingsError(f"{name}: {text!r} is no number") from None
    if not (math.isfinite(value) and value >= 0):
        raise SettingsError(f"{name}: {value} must be 0 or more")
    return value


def choice[T](name: str, choices: Mapping[str, T], default: str | None = None) -> T:
    """Return what a variable chooses; SettingsError names the variable and its choices."""
    text = _given(name, default)
    if text not in choices:
        raise SettingsError(f"{name}: {text!r} is none of {', '.join(choices)}")
    return choices[text]


def _given(name: str, default: str | None) -> str:
    return require(name) if default is None else os.environ.get(name) or default
