"""Every event file is read as its table says, and has its origin."""

import re

import pytest

from alarm_fanout.alert import Alert
from alarm_fanout.parsers import UnreadableError, parse
from unit.alarm_fanout.parsers.event_files import BY_HAND, FOLDER, NAMES, NOW, envelopes, one_of
from unit.alarm_fanout.parsers.expected import EXPECTED, Expected, Unreadable


def test_every_file_has_its_row() -> None:
    assert set(NAMES) == EXPECTED.keys() | BY_HAND


@pytest.mark.parametrize("name", EXPECTED)
def test_a_file_is_read_as_its_row_says(name: str) -> None:
    found = envelopes(name)
    assert len(found) == len(EXPECTED[name])
    for envelope, expected in zip(found, EXPECTED[name], strict=True):
        match expected:
            case Unreadable(reason):
                with pytest.raises(UnreadableError, match=f"^{re.escape(reason)}$"):
                    parse(envelope, NOW)
            case Expected():
                _check(one_of(envelope), expected)


def _check(alert: Alert, expected: Expected) -> None:
    assert alert.kind is expected.kind
    assert alert.state is expected.state
    assert alert.previous is expected.previous
    assert alert.suppressed is expected.suppressed
    assert alert.name == expected.name
    assert f"{alert.changed_at:%H:%M:%S.%f}"[:-3] == expected.time
    assert alert.alert_id == (expected.name if alert.kind.name == "OWN" else None)
    if expected.key.endswith("*"):
        assert re.fullmatch(f"{expected.key[:-1]}[0-9a-f-]{{32,36}}(#[0-9a-f]{{32}})?", alert.key)
    else:
        assert alert.key == expected.key


def test_there_are_enough_shapes() -> None:
    assert len(EXPECTED) >= 45


def test_every_file_has_its_origin_and_every_origin_its_file() -> None:
    table = (FOLDER / "ORIGINS.md").read_text("utf-8")
    rows = re.findall(r"^\| `(.+)\.json` \| (.+) \|$", table, re.MULTILINE)
    assert [name for name, _ in rows] == NAMES
    assert all(origin.strip() for _, origin in rows)
