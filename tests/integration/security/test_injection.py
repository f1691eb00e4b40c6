"""What others write stays text: in log lines, in chats, in files. Addresses and pages have suites
of their own (`make security` names them all).
"""

from __future__ import annotations

import ast
import csv
import json
import logging
from datetime import UTC, datetime
from io import StringIO
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from avatarwatch.observability import logger
from examples import examples
from fakes.alarms import alarm, notification
from fakes.world import World
from local.paths import ROOT
from reporting.page import files

NOW = datetime.now(UTC)
HOSTILE = (
    "\u2028forged",
    '\n{"level": "ERROR", "message": "forged"}\n', "\r\nforged", "\x1b[2J\x1b[31mforged",
    "\u0085forged", "\x0bforged\x0c", "\u202egrof", "<!channel> <@U012> <https://evil.example|click>",
    '"><img src=x onerror=alert(1)>', "[click](https://evil.example)", "=HYPERLINK(1)", "@SUM(1)",
)  # fmt: skip
TEXT = st.lists(st.sampled_from(HOSTILE) | st.text(max_size=10), min_size=1, max_size=3).map(
    "".join
)
MANY = settings(
    max_examples=examples(60),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@MANY
@given(TEXT)
def test_a_log_line_is_one_line_whatever_is_in_it(value: str) -> None:
    """In a line's fields; its message is our own words (Powertools reads one that is JSON)."""
    handler, out = logger().registered_handler, StringIO()
    assert isinstance(handler, logging.StreamHandler)
    # the logger was made once, whatever stdout was then: closed by now, setStream would flush it
    with mock.patch.object(handler, "stream", out):
        logger().warning("seen", endpoint=value, extra={"body": {value: [value]}})
    lines = out.getvalue().split("\n")
    assert lines.pop() == ""
    assert len(lines) == 1
    assert min(lines[0]) >= " ", "no control character moves a terminal's cursor"
    read = json.loads(lines[0])
    assert (read["message"], read["endpoint"], read["body"]) == ("seen", value, {value: [value]})


@pytest.mark.parametrize("text", HOSTILE)
def test_what_an_alarm_says_forges_no_line_of_the_log(
    monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    written = StringIO()
    monkeypatch.setattr(logger().registered_handler, "stream", written)
    with World().running() as world:
        world.send(alarm(f"orders{text}", "ALARM", NOW, description=text), notification(text), text)
        world.poll()
    lines = written.getvalue().rstrip().split("\n")
    assert lines
    for line in lines:
        assert isinstance(json.loads(line), dict), line


@pytest.mark.parametrize("text", HOSTILE)
def test_what_an_alarm_says_is_no_markup_and_no_header(text: str) -> None:
    with World().running() as world:
        world.tell(alarm(f"orders{text}", "ALARM", NOW, description=text))
        slack = json.dumps([str(kept.text) for kept in world.slack.messages.values()])
        assert world.slack.messages
        for markup in ("<!channel>", "<@U012>", "<https://evil.example|"):
            assert markup not in slack
        assert all(len(mail.subject.splitlines()) == 1 for mail in world.sns.emails)
        cards = json.dumps(world.teams.cards, default=str)
        assert '"TextBlock"' not in cards or "](https://evil" not in cards


def test_a_cell_of_ours_is_no_formula() -> None:
    """A cell that begins with = + - @ is one to a spreadsheet (OWASP, CSV Injection)."""
    written = files._csv([[text, f"-{text}", f"+{text}"] for text in HOSTILE])
    read = list(csv.reader(StringIO(written, newline="")))
    assert len(read) == len(HOSTILE)
    for cells in read:
        assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]


def test_csv_is_written_in_one_place() -> None:
    """Whoever writes CSV elsewhere has its cells tried here, too."""
    writers = {
        str(path.relative_to(ROOT))
        for folder in ("functions", "layers/shared")
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and ast.unparse(node) in ("csv.writer", "csv.DictWriter")
    }
    assert writers == {"functions/reporting/page/files.py"}
