"""Read a template as SAM reads it, by libyaml.

SAM's own reader (``samcli.yamlhelper.yaml_parse``) is this one in Python: two seconds for
template.yaml, which `make docs` reads twice and each process of the tests several times.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import yaml
from samcli.yamlhelper import TAG_STR, TIMESTAMP_TAG, intrinsics_multi_constructor

from local.paths import ROOT


class _Reader(yaml.CSafeLoader):
    """Plain data, with the short forms of intrinsics; a date is a text."""


_Reader.add_multi_constructor("!", intrinsics_multi_constructor)
_Reader.add_constructor(TIMESTAMP_TAG, _Reader.yaml_constructors[TAG_STR])


def written(name: str) -> dict[str, Any]:
    """Return one of our templates as it is written; do not change it."""
    return parsed((ROOT / name).read_text())


@lru_cache(maxsize=8)
def parsed(text: str) -> dict[str, Any]:
    """Return a template's text as data, intrinsics in their long form; do not change it."""
    template: dict[str, Any] = yaml.load(text, Loader=_Reader)  # noqa: S506 - a safe loader's own
    return template
