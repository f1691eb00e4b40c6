"""What one entry says of a service's events: where title, severity, state, resource, link stand.

A *path* leads into the message, its steps divided by slashes: ``findings/0/Title``; ``*`` is each
item of a list or object. Within an EventBridge event it begins in ``detail``, with a leading slash
in the event itself. A *template* has paths in braces, with a filter after a bar
(``{/resources/0|name}``), and optional parts in square brackets, which are left out with what they
lack.
"""

from __future__ import annotations

from msgspec import Struct

from avatarwatch.alert_state import AlertState
from avatarwatch.catalogue import Severity

CRITICAL, WARNING, INFO = Severity.CRITICAL, Severity.WARNING, Severity.INFO


class Grade(Struct, frozen=True):
    """How bad what stands at a path is: by its word, as it sounds, or from a number on.

    The path may end in a filter, after a bar. Words are compared in capitals; numbers stand with
    the highest first, and of several the highest counts. A path that is not there, another word,
    and what sounds neither bad nor over say nothing.
    """

    path: str
    words: dict[str, Severity] = {}
    numbers: tuple[tuple[float, Severity], ...] = ()
    sounds: bool = False


class State(Struct, frozen=True):
    """Which words at a path open and close an incident; all else happens once.

    The path may end in a filter, as a grade's may.
    """

    path: str
    words: dict[str, AlertState]


class Known(Struct, frozen=True, kw_only=True):
    """One kind of message.

    ``of`` are EventBridge's detail types, ``has`` the paths that tell the message from others.
    ``titles`` are templates, of which the first that can be filled is the headline; ``severity``
    gives grades, of which the first that says something counts, else ``otherwise`` (None:
    as the headline sounds). ``each`` is the path of a list whose every item is an alert of its own;
    within an item paths begin there. ``keys`` are templates for what identifies it, where it opens
    and closes (without one, it happens once); ``link`` is a template for the path and query of a
    page of the service's console, ``url`` the path of an address that the message itself has.
    """

    service: str
    titles: tuple[str, ...]
    of: tuple[str, ...] = ()
    has: tuple[str, ...] = ()
    severity: tuple[Grade, ...] = ()
    otherwise: Severity | None = INFO
    sentence: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    link: str = ""
    url: str = ""
    each: str = ""
    state: State | None = None
    keys: tuple[str, ...] = ()


_FAILED = (
    "FAILED", "FAILURE", "ERROR", "FAULT", "TIMED_OUT", "TIMEOUT", "ABORTED", "EXPIRED", "PARTIAL",
    "REJECTED", "STOPPED_WITH_ERROR", "COMPLETED_WITH_ISSUES", "DENIED",
)  # fmt: skip


def failing(path: str, *more: str) -> Grade:
    """Return the grade of a state: what failed is a warning."""
    return Grade(path, dict.fromkeys((*_FAILED, *more), WARNING))


def labelled(path: str, *, high: Severity = WARNING) -> Grade:
    """Return the grade of a label as AWS' security services and alert managers give it."""
    return Grade(
        path,
        {
            "CRITICAL": CRITICAL, "EMERGENCY": CRITICAL, "FATAL": CRITICAL, "PAGE": CRITICAL,
            "HIGH": high, "ERROR": WARNING, "MAJOR": WARNING, "WARNING": WARNING, "WARN": WARNING,
            "MEDIUM": WARNING, "LOW": INFO, "MINOR": INFO, "INFORMATIONAL": INFO, "INFO": INFO,
            "UNTRIAGED": INFO, "NONE": INFO,
        },
    )  # fmt: skip


def states(path: str, opens: str, closes: str) -> State:
    """Return the state whose words, parted by bars, open and close."""
    words = dict.fromkeys(opens.split("|"), AlertState.ALARM) | dict.fromkeys(
        closes.split("|"), AlertState.OK
    )
    return State(path, words)
