"""What AWS holds already: answers that rules about a change are held against.

A service may hold what its documentation refuses, taken before a rule was made, or in spite of it.
What comes back unchanged in the next request is then no breach: only what a request adds is.
"""

from collections.abc import Callable, Mapping
from typing import Any

type Answer = Mapping[str, Any]
type Observer = Callable[[Mapping[str, Any], Answer], None]

_NOTED: dict[tuple[str, str], Any] = {}
_OBSERVERS: dict[tuple[str, str], list[Observer]] = {}


def observes[O: Observer](service: str, operation: str) -> Callable[[O], O]:
    """Register a function that is told each answer of an operation, with the request's parameters.

    `service` and `operation` are named as for `aws_contract.core.rule`.
    """

    def register(function: O) -> O:
        _OBSERVERS.setdefault((service, operation), []).append(function)
        return function

    return register


def tell(service: str, operation: str, params: Mapping[str, Any], answer: Answer) -> None:
    """Tell an answer to who observes the operation."""
    for each in _OBSERVERS.get((service, operation), ()):
        each(params, answer)


def note(kind: str, name: str, value: Any) -> None:
    """Note what a service holds under a name."""
    _NOTED[kind, name] = value


def noted(kind: str, name: str, default: Any) -> Any:
    """Return what was noted last, or the default."""
    return _NOTED.get((kind, name), default)


def forget() -> None:
    """Forget what was noted: another test's services hold something else."""
    _NOTED.clear()
