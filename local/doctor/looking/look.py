"""How a resource of one type is looked at."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from local.doctor.resources import Wanted

if TYPE_CHECKING:
    from local.doctor.deployment import Deployment

type Found = Mapping[str, Any]
"""What there is, by the names that the template has for it."""
type Reader = Callable[[Deployment, Wanted], Found | None]
type Mend = Callable[[Wanted], str]


class OrphanError(Exception):
    """What a resource is a part of is not there: that is told where it belongs."""


@dataclass(frozen=True, slots=True)
class Look:
    """What is read of a type, and what mends it.

    ``read`` returns None for what is gone; so does an answer of AWS that there is none. ``part_of``
    are the properties that name what the resource is a part of. ``unless`` is what is to be where
    the template says nothing. ``policies`` are compared by their statements, ``maps`` entry by
    entry. ``aside`` are properties that nobody compares, each with the reason. ``mends`` are by
    property, ``anew`` is for what is gone; without one it is put back by CloudFormation.
    ``named`` says that people know it by its physical name, ``only_there`` that nothing of it but
    that is compared, ``mild`` that a change is to be known rather than mended. ``identity`` is what
    names it in ``Found`` when it was made anew under another name. ``means`` says what a value
    leads to, by ``Property=value``; ``unmade`` is what the emulator leaves of a property that it
    does not make.
    """

    word: str
    read: Reader
    part_of: tuple[str, ...] = ()
    unless: Found = field(default_factory=dict)
    policies: tuple[str, ...] = ()
    maps: tuple[str, ...] = ()
    aside: Mapping[str, str] = field(default_factory=dict)
    mends: Mapping[str, Mend] = field(default_factory=dict)
    anew: Mend | None = None
    named: bool = False
    only_there: bool = False
    mild: bool = False
    identity: str = ""
    means: Mapping[str, str] = field(default_factory=dict)
    unmade: Mapping[str, Any] = field(default_factory=dict)


def command(*words: object) -> str:
    """Return a command of the AWS CLI, quoted for a shell."""
    return shlex.join(["aws", *map(str, words)])


def as_json(value: Any) -> str:
    """Return a value as the AWS CLI takes it; numbers stay as they are written."""
    return json.dumps(value, separators=(",", ":"), default=str)
