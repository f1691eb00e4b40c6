"""Many alerts as one e-mail: as many as there may be, each of them is named."""

from __future__ import annotations

from datetime import timedelta

import pytest

from alarm_fanout.alert import Alert, Kind
from alarm_fanout.channels.email.message import BODY_LIMIT, digest
from alarm_fanout.incident import Incident, NoticeKind
from alarm_fanout.notice import Notice
from alarm_fanout.routing import Router
from alarm_fanout.words import Words, words
from avatarwatch.alert_state import AlertState
from avatarwatch.catalogue import Severity
from fakes.clock import MORNING
from fakes.world import SYSTEM


def told(number: int, sentence: str) -> Words:
    name = f"größe-{number:04}"
    alert = Alert(Kind.EVENT, name, name, AlertState.INFO, MORNING, summary=sentence)
    incident = Incident(name, alert, MORNING)
    route = Router(SYSTEM.name, "https://example.com").route(alert)
    now = MORNING + timedelta(minutes=1)
    return words(Notice(NoticeKind.EVENT, alert.change_id, incident, route, now), SYSTEM)


# a batch holds a hundred messages, and Security Hub's tell of fifty findings each
@pytest.mark.parametrize("many", [3, 100, 101, 1000, 5000])
def test_a_digest_names_every_alert(many: int) -> None:
    rows = [(told(number, "Größer als erlaubt. " * 30), Severity.INFO) for number in range(many)]
    subject, body = digest(rows, SYSTEM.name)
    assert f"{many} alerts" in subject
    assert len(body.encode()) <= BODY_LIMIT + 10
    assert [name for each, _ in rows if (name := each.title) not in body] == []
    assert ("Größer als" in body) == (many <= 101)
