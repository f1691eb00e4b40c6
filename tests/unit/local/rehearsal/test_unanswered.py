"""Every way in which an account does not answer, and what is wrong with what is asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from alarm_evaluator import State
from alarm_fanout.settings import NotificationSettings
from avatarwatch.environment import SettingsError
from local.generate.template import load
from local.rehearsal import __main__ as command
from local.rehearsal.account import PERIODS, Deployed, most_usd, spans
from local.rehearsal.burning import read_all
from local.rehearsal.deployed import Stack
from local.rehearsal.page import html
from local.rehearsal.recording import KEPT, VERSION, Recorder, Recording, RecordingError
from unit.local.rehearsal.accounts import (
    END,
    GIVEN,
    NOW,
    REGION,
    START,
    Account,
    own_alarms,
    recorded,
    rehearsed,
    shop,
    within,
)

# --- every way not to answer


def throttled(operation: str) -> ClientError:
    error = {"Error": {"Code": "ThrottlingException", "Message": "Rate exceeded"}}
    return ClientError(error, operation)  # type: ignore[arg-type]


def test_a_throttled_account_leaves_no_half_recording(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Throttled(Account):
        def get_metric_data(self, **_: Any) -> dict[str, Any]:
            raise throttled("GetMetricData")

    monkeypatch.setattr("boto3.client", lambda *_, **__: Throttled())
    file = tmp_path / "metrics.json"
    arguments = ["DistributionIds=E1", "--record", "--yes", "--file", str(file)]
    assert command.main(arguments) == 2
    told = " ".join(capsys.readouterr().out.split())
    assert "GetMetricData in" in told
    assert "ThrottlingException" in told
    assert "nothing is kept" in told
    assert not file.exists()


def test_an_answer_that_is_not_whole_is_refused() -> None:
    class Broken(Account):
        def _result(self, query: Mapping[str, Any], request: Mapping[str, Any]) -> dict[str, Any]:
            return super()._result(query, request) | {"StatusCode": "InternalError"}

    with pytest.raises(RecordingError, match="InternalError"):
        recorded(Broken([shop("Slow")]))
    settings = Stack.of(load(), {"DistributionIds": "E1"}, REGION).kpi_settings(REGION)
    made = Recording(VERSION, START, END)
    with pytest.raises(RecordingError, match="InternalError"):
        read_all(settings, lambda region: Recorder(made, region, Broken(), NOW), START, END)


def test_alarms_that_may_not_be_described_are_said() -> None:
    class Refusing(Account):
        def paginate(self, **_: Any) -> list[dict[str, Any]]:
            raise throttled("DescribeAlarms")

    with pytest.raises(RecordingError, match="DescribeAlarms in eu-north-1 failed"):
        recorded(Refusing())


def test_every_page_is_asked_for() -> None:
    class Paged(Account):
        """Answers a day a page, as CloudWatch does where an answer has too many points."""

        def get_metric_data(self, **request: Any) -> dict[str, Any]:
            start = datetime.fromisoformat(
                request.pop("NextToken", request["StartTime"].isoformat())
            )
            end = min(request["EndTime"], start + timedelta(days=1))
            page = super().get_metric_data(**{**request, "StartTime": start, "EndTime": end})
            more = {"NextToken": end.isoformat()} if end < request["EndTime"] else {}
            return page | more

    values = {"Slow": within(60, 90, 9.0)}
    alarms = [shop("Slow")]
    assert recorded(Paged(alarms, values)).samples == recorded(Account(alarms, values)).samples


def test_half_a_history_says_since_when() -> None:
    half = Account([shop("Slow")], {"Slow": lambda minute: 1.0 if minute >= 1440 else None})
    found = rehearsed(half)
    [line] = [each for each in found.lines if each.alert_id == "shop-Slow"]
    assert line.since == START + timedelta(days=1)
    assert "no data before 2 Nov 00:00" in html(found)


def test_no_history_says_why() -> None:
    found = rehearsed(Account([shop("Slow")]))
    [line] = [each for each in found.lines if each.alert_id == "shop-Slow"]
    assert line.no_data
    assert line.rang == ()


@pytest.mark.parametrize(
    ("days_ago", "period"), [(4, 60), (20, 300), (62, 300), (70, 3_600), (450, 3_600)]
)
def test_points_are_those_that_are_still_there(days_ago: int, period: int) -> None:
    later = START + timedelta(days=days_ago)
    account = Account([shop("Slow", Period=3_600)], {"Slow": within(600, 780, 9.0, 1.0)}, now=later)
    [rows] = recorded(account).samples.values()
    assert {row[1] for row in rows} == {period}
    found = rehearsed(account)
    [line] = [each for each in found.lines if each.alert_id == "shop-Slow"]
    assert len(line.rang) == 1


def test_what_has_wholly_expired_is_not_asked_for() -> None:
    account = Account([shop("Slow")], {"Slow": within(0, 9, 9.0)}, now=START + timedelta(days=500))
    assert list(recorded(account).samples.values()) == [[]]
    assert account.calls == []


def test_coarse_and_fine_points_meet_without_a_gap() -> None:
    now = START + timedelta(days=64, hours=5, minutes=7)
    found = list(spans(START - timedelta(days=30), START + timedelta(days=60), now))
    assert [period for period, _, _ in found] == list(PERIODS)
    assert [end for _, _, end in found[1:]] == [start for _, start, _ in found[:-1]]
    assert len(KEPT) == len(PERIODS)
    assert most_usd(START, END, NOW) > 0


def test_the_latest_state_is_that_of_the_deployed_dimensions() -> None:
    recording = recorded(Account(own_alarms(), {}))
    stack = Stack.of(load(), GIVEN, REGION).joined(Deployed.of(recording))
    [query] = stack.alarms["DeadLetters"].queries
    assert query.metric is not None
    assert query.metric.dimensions == (("QueueName", "made-<AlertsDeadLetterQueue.QueueName>"),)
    assert stack.alarms["DeadLetters"].actions.of(State.ALARM)


# --- the command's own arguments


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--mute", "Slow"], "ALARMS=FROM/TO"),
        (["--mute", "Slow=2026-11-02T00:00Z/2026-11-01T00:00Z"], "the first before the second"),
        (["--mute", "Slow=2026-11-01T00:00/2026-11-02T00:00"], "with their zone"),
        (["--settings", "absent.json"], "absent.json"),
        (["Nonsense=1"], "no parameter Nonsense"),
        (["Nonsense"], "not Name=value"),
        (["--region", "eu-west-1", "AvatarBucketNames=avatars"], "in eu-west-1 was not recorded"),
    ],
)
def test_what_is_wrong_with_the_arguments_is_said(
    arguments: list[str], why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "metrics.json"
    Recording(VERSION, START, END).save(file)
    first = ["--file", str(file), "--out", str(tmp_path / "out")]
    assert command.main([*arguments, *first]) == 2
    assert why in " ".join(capsys.readouterr().out.split())
    assert not (tmp_path / "out").exists()


def test_settings_that_are_wrong_name_the_field(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = tmp_path / "settings.json"
    settings.write_text('{"slak": {}}')
    with pytest.raises(SettingsError, match="slak"):
        NotificationSettings.read(settings.read_text())
    file = tmp_path / "metrics.json"
    Recording(VERSION, START, END).save(file)
    assert command.main(["--file", str(file), "--settings", str(settings)]) == 2
    assert "slak" in capsys.readouterr().out
