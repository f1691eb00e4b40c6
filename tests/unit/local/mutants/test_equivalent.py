"""Changes that are not drawn because they change nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from local.mutants.__main__ import sample
from local.mutants.equivalent import EQUIVALENT, Equivalent, is_known
from local.mutants.mutations import mutations
from local.paths import ROOT


@pytest.mark.parametrize("each", EQUIVALENT, ids=lambda each: each.line)
def test_the_line_is_still_so_and_the_change_is_not_drawn(each: Equivalent) -> None:
    source = (ROOT / each.path).read_text()
    found = mutations(each.path, source)
    [known] = [mutation for mutation in found if each.is_of(mutation, source)]
    drawn = sample(ROOT, len(found), 1, each.path)
    assert known not in drawn
    assert len(drawn) >= len(found) - len(EQUIVALENT)
    assert each.why


def test_another_line_or_change_is_drawn() -> None:
    each = EQUIVALENT[0]
    source = (ROOT / each.path).read_text()
    [known] = [one for one in mutations(each.path, source) if each.is_of(one, source)]
    assert is_known(known, source)
    assert not is_known(replace(known, line=known.line + 1), source)
    assert not is_known(replace(known, new="('~~')"), source)
    assert not is_known(replace(known, path="functions/other.py"), source)
