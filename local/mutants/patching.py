"""A mutant put into functions that are there already, without their modules being imported again.

Only what a function does when it is called can be changed so: not its defaults, nor a module's
constants, nor what was worked out while modules were imported.
"""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from types import CodeType, FunctionType

type Functions = Mapping[str, Sequence[FunctionType]]
"""The functions of each file, by its path."""


def functions(roots: tuple[str, ...]) -> Functions:
    """Find all that are there of files below these folders."""
    found: dict[str, list[FunctionType]] = defaultdict(list)
    for each in gc.get_objects():
        if isinstance(each, FunctionType) and each.__code__.co_filename.startswith(roots):
            found[each.__code__.co_filename].append(each)
    return found


def patched(path: str, before: str, after: str, known: Functions) -> bool:
    """Let the functions of a file do what its changed text says; False where none would."""
    old, new = _codes(path, before), _codes(path, after)
    if [each.co_qualname for each in old] != [each.co_qualname for each in new]:
        return False
    places = {_place(each): number for number, each in enumerate(old)}
    changed = False
    for function in known.get(path, ()):
        number = places.get(_place(function.__code__))
        if number is None or _does(old[number]) == _does(new[number]):
            continue
        if old[number].co_freevars != new[number].co_freevars:
            return False
        function.__code__ = new[number]
        changed = True
    return changed


def _codes(path: str, source: str) -> list[CodeType]:
    return list(_within(compile(source, path, "exec", dont_inherit=True)))


def _within(code: CodeType) -> Iterator[CodeType]:
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield each
            yield from _within(each)


def _place(code: CodeType) -> tuple[str, int]:
    return code.co_qualname, code.co_firstlineno


def _does(code: CodeType) -> object:
    """Return what tells one function's doing from another's, wherever in the text it stands."""
    constants = [
        _does(each) if isinstance(each, CodeType) else (type(each), each) for each in code.co_consts
    ]
    return code.co_code, code.co_names, code.co_varnames, constants
