"""Read a function's settings from its environment, naming what is missing."""

import os


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
