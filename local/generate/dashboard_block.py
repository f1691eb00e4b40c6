"""The dashboard's resource in the template: a body that Fn::Sub fills in, and what fills it.

Sections that a deployment may not have follow the others. CloudFormation has no arithmetic: each
of their rows is told where it begins in every combination of those before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from local.generate.widgets import raw, written


@dataclass(frozen=True, slots=True)
class Optional:
    """A section that is there under a condition; ``names`` are filled into it besides."""

    condition: str
    name: str
    widgets: tuple[dict[str, Any], ...]
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def height(self) -> int:
        """How many rows it takes."""
        return _bottom(self.widgets)


def block(
    first: Sequence[dict[str, Any]], names: Mapping[str, str], optional: Sequence[Optional]
) -> str:
    """Return the dashboard's resource as it stands in the template.

    ``names`` are what fills the first widgets, beside the template's parameters and resources.
    """
    given = "\n          ".join(f"{name}: {value}" for name, value in names.items())
    lines = [f"            {written(each)}" for each in first]
    follow = "".join(f"${{{each.name}}}" for each in optional)
    return f"""\
  Dashboard:
    Type: AWS::CloudWatch::Dashboard
    Properties:
      DashboardName: !Sub ${{SystemName}}-${{AWS::Region}}
      DashboardBody: !Sub
        - |-
          {{"start": "-PT12H", "periodOverride": "inherit", "widgets": [
{",\n".join(lines)}
          {follow}]}}
        - {given}
{"\n".join(_conditional(each, optional[:n], _bottom(first)) for n, each in enumerate(optional))}

"""


def _bottom(widgets: Iterable[Mapping[str, Any]]) -> int:
    return max(int(each["y"] + each["height"]) for each in widgets)


def _conditional(section: Optional, before: Sequence[Optional], top: int) -> str:
    """Return a section that follows others: its rows begin below those that are there."""
    rows = sorted({each["y"] for each in section.widgets})
    names = {**section.names, **{f"Row{row}": _below(before, top + row) for row in rows}}
    lines = "\n".join(
        f"                , {written({**each, 'y': raw(f'${{Row{each["y"]}}}')})}"
        for each in section.widgets
    )
    filled = "\n                ".join(f"{name}: {value}" for name, value in names.items())
    return f"""\
          {section.name}: !If
            - {section.condition}
            - !Sub
              - |-
{lines}
              - {filled}
            - \"\""""


def _below(before: Sequence[Optional], at: int) -> str:
    """Return the row that is ``at`` when nothing of ``before`` is there."""
    if not before:
        return f'"{at}"'
    first, rest = before[0], before[1:]
    return f"!If [{first.condition}, {_below(rest, at + first.height)}, {_below(rest, at)}]"


def any_of(what: str, parameter: str) -> str:
    """Return the names of a list as a search expression takes them inside JSON."""
    return f"""!If [Has{what}, !Join ['\\" OR \\"', !Split [",", !Ref {parameter}]], none]"""
