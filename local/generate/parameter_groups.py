"""The groups in which CloudFormation's console asks for parameters: those that they stand in."""

from __future__ import annotations

import re

_HEADING = re.compile(r"^  # ---- (?P<title>.+?) -+$")
_PARAMETER = re.compile(r"^  (?P<name>[A-Za-z0-9]+):$")


def block(text: str) -> str:
    """Return the groups by the headings between which a template's parameters stand."""
    made = ""
    parameters = text.partition("\nParameters:\n")[2].partition("\nConditions:\n")[0]
    for line in parameters.splitlines():
        if heading := _HEADING.match(line):
            made += f"      - Label: {{ default: {heading['title']} }}\n        Parameters:\n"
        elif parameter := _PARAMETER.match(line):
            made += f"          - {parameter['name']}\n"
    return made
