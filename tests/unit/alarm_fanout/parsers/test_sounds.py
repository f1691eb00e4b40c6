"""What words sound like: trouble, its end, and the worst; what a text and a list of fields hide."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alarm_fanout.alert import Alert
from alarm_fanout.envelopes import Envelope
from alarm_fanout.parsers import parse
from alarm_fanout.parsers.labelled import fields
from alarm_fanout.parsers.sounds import is_bad, is_over, sounding
from avatarwatch.alert_state import AlertState
from avatarwatch.catalogue import Severity
from avatarwatch.hidden import hidden

from .event_files import NOW

CRITICAL, WARNING, INFO = Severity.CRITICAL, Severity.WARNING, Severity.INFO


def read(payload: Any, subject: str | None = None) -> Alert:
    [alert] = parse(Envelope(payload, payload, subject=subject), NOW)
    return alert


@pytest.mark.parametrize(
    "text",
    ["RESOLVED: error rate", "[RESOLVED] error", "** RECOVERY ** failed disk", "Cleared: error",
     "OK: no answer", "[OK] error rate", "Closed - error", "fixed: crash", "Solved: it failed",
     "Success: 3 failed tries", "[Up] timed out before", "✅ was ❌", ":white_check_mark: error",
     "the error has been resolved", "errors are now fixed", "web was restored after a crash",
     "the error rate has recovered", "error rate is back to normal", "web is back online, no error",
     "Manually resolved: error", "Automatically resolved: error", "web is back up, no error",
     "errors are back under 1 %", "web is up again after the crash", "no longer failing",
     "errors returned to normal", "all clear: no more errors", "replication with errors resumed",
     "health went from Severe to Ok after errors", "[P1] Resolved: disk", "[CRITICAL][OK] disk",
     "CRITICAL: the disk was restored", "P1 - disk is back to normal. It was full"],
)  # fmt: skip
def test_that_trouble_is_over_is_good_news(text: str) -> None:
    assert is_over(text)
    assert sounding(text) is INFO


@pytest.mark.parametrize(
    "text",
    ["db-1 has not recovered", "nothing has been restored", "it closes when it is resolved",
     "the crash was never resolved", "it can't be fixed",
     "errors until it is resolved", "not yet cleared", "incident is unresolved: uploads fail",
     "the disk has failed: back up data now", "please back up your data, it failed",
     "ok-bucket: access denied", "up-live: it failed", "success rate: timed out",
     "critical-queue: denied"],
)  # fmt: skip
def test_what_only_resembles_that_is_trouble(text: str) -> None:
    assert sounding(text) is WARNING


@pytest.mark.parametrize(
    "text",
    ["CRITICAL: disk", "[CRITICAL] disk", "CRIT - disk", "fatal: disk", "EMERGENCY! disk",
     "SEV1: disk", "sev-0 | disk", "P1 - disk", "(P0) disk", "Disaster: disk", "disk is CRITICAL",
     "Critical alert: disk", "FATAL alarm! disk", "State file: CRITICAL: it is gone",
     "CRITICAL: no writer. The replica was restored at 02:00", "P1: disk; db-2 has recovered",
     "[CRITICAL] disk, but web is back online"],
)  # fmt: skip
def test_what_is_called_the_worst_is_critical(text: str) -> None:
    assert sounding(text) is CRITICAL


@pytest.mark.parametrize("text", ["INFO: error budget", "[NOTICE] error page", "FYI - the crash"])
def test_what_is_called_a_notice_is_none_of_it(text: str) -> None:
    assert sounding(text) is INFO


@pytest.mark.parametrize(
    "text",
    ["unable to write", "it cannot write", "it can't write", "could not write", "couldn't write",
     "it did not run", "it didn't run", "nginx does not exist", "db-1 does not answer", "no answer",
     "exited with 1", "exit code: 137", "exited with status 2", "non-zero exit", "unauthorized",
     "forbidden", "revoked", "incompatible-parameters", "brute force", "unreadable sectors",
     "unresponsive", "read-only file system", "no space left", "worker died", "queue is stuck",
     "payment is overdue", "SIGSEGV", "set to expire in 3 days", "will expire in 5 days",
     "expires tomorrow", "from Ok to Severe", "unexpectedly closed", "disk is 97 % full",
     "100% of it are used", "too many clients", "high latency", "❌ web", "🚨 web", ":x: web",
     "WARN queue", "2 warnings", "major_outage", "SEV2: web", "P2 - web", "webs are down",
     "FATAL: sorry", "limit approaching", "quota has been reached", "threshold is hit",
     "completed with issues", "COMPLETED_WITH_PROBLEMS", "[Triggered] queue", "Firing: queue",
     "failures of the mode", "build is unstable", "quota_exceed", "it exceeds the limit",
     "pg_dump: command not found", "no such file: /srv/a", "kill: no such process",
     "Disk usage on db-1 is 93%", "Memory usage of db-1.example.com: 95.5%",
     "CPU utilisation: 100 %", "drift has been detected",
     "Drift detected in 2 stacks", "the check found differences", "2 broken packages",
     "db-1 may be infected", "Thresholds crossed: 9 was over 5", "ann : user NOT in sudoers",
     "low disk space", "OCU Utilization Approaching Max Limit", "it uses more than 95% of it",
     "Starvation Start", "CRITICAL_ACTION_REQUIRED", "Action required: renew it",
     "Disk alert: db-1", "[ALERT] db-1", "ALARM! db-1", "it entered the ALARM state"],
)  # fmt: skip
def test_more_words_that_sound_bad(text: str) -> None:
    assert is_bad(text)


@pytest.mark.parametrize(
    "text",
    ["[Fail2Ban] banned 192.0.2.1", "exited with 0", "exit code: 0", "no outages",
     "did not find any", "didn't change", "disk is 89 % full", "expires in 30 minutes",
     "P3 - web", "SEV3: web", "candidate", "anomalous traffic model built",
     "failure mode assessment", "limits were raised", "Disk usage on db-1 is 73%",
     "Disk usage is below 90%", "CPU usage is fine. 95% of",
     "92% of the usage", "No drift detected", "no stack drift found", "drift detection began",
     "found no differences", "NOT_STALLED", "db-1 is not infected", "Test alert: hello",
     "Threshold crossed: 4 was not over 5", "arn:aws:cloudwatch:eu-north-1:1:alarm:web",
     "an alert was sent", "low-alarm: web", "Infected files: 0", "No action required",
     "no_errors", "approaching the station"],
)  # fmt: skip
def test_more_words_that_only_resemble_those(text: str) -> None:
    assert not is_bad(text)


# letters of other alphabets
_ABROAD_BAD = [
    "Sicherung fehlgeschlagen",
    "2 Fehler",
    "db-1 ist nicht erreichbar",
    "Platte ist zu 99 % voll",
    "Échec de la sauvegarde",
    "le disque est en panne",
    "La copia ha fallado",
    "copia fallida",
    "Falha no backup",
    "Il backup è fallito",
    "Back-up mislukt",
    "Kopieringen misslyckades",
    "Sikkerhetskopi feilet",
    "Backup mislykkedes",
    "Varmuuskopiointi epäonnistui",
    "Kopia nie powiodła się: błąd",
    "Ошибка копирования",
    "バックアップに失敗しました",
    "备份失败",
    "백업 실패",
    "Il backup non è riuscito",
    "Yedekleme başarısız",  # noqa: RUF001
    "db-1 ne répond plus",
    "Störung noch nicht behoben",
    "le service n'est pas rétabli",
    "сервис не восстановлен",
]
_ABROAD_FINE = [
    "Sicherung beendet, keine Fehler",
    "0 Fehler, 0 Warnungen",
    "fehlerfrei",
    "Fehler: 0",
    "aucune erreur",
    "Terminée sans erreur",
    "sin errores",
    "sem erros",
    "nessun errore",
    "geen fouten",
    "inga fel",
    "без ошибок",
    "エラーなし",
    "エラーはありません",
    "没有错误",
    "오류 없음",
    "storing 4 files",
    "a feline",
    "the panel",
    "negative",
    "Erfolgreich abgeschlossen",
]
_ABROAD_OVER = [
    "Störung behoben",
    "db-1 ist wieder erreichbar",
    "Panne résolue",
    "servicio restablecido",
    "Falha resolvida",
    "errore risolto",
    "storing: fout opgelost",
    "сбой устранен",
    "障害は復旧しました",
    "故障已恢复",
    "告警恢复",
]


@pytest.mark.parametrize("text", _ABROAD_BAD)
def test_trouble_in_other_languages(text: str) -> None:
    assert sounding(text) is WARNING


@pytest.mark.parametrize("text", _ABROAD_FINE)
def test_no_trouble_in_other_languages(text: str) -> None:
    assert not is_bad(text)


@pytest.mark.parametrize("text", _ABROAD_OVER)
def test_its_end_in_other_languages(text: str) -> None:
    assert sounding(text) is INFO


@pytest.mark.parametrize("word", ["triggered", "trigger", "ANOMALOUS", "Alarm"])
def test_a_word_that_is_bad_as_a_state_alone(word: str) -> None:
    assert is_bad(word)
    assert not is_bad(f"{word} by mia")


SECRET = "hunter2-x.Y_9"


@pytest.mark.parametrize(
    "text",
    ["mysql --password={} -h db", "AWS_SECRET_ACCESS_KEY={} run", "https://x.example/?token={}&a=1",
     '{{"db": {{"password": "{}"}}}}', "api-key='{}'", "postgres://app:{}@db:5432/users",
     "amqps://:{}@mq", "curl -H 'Authorization: Bearer {}'", "Basic {}", "passwd={}",
     "https://hooks.slack.com/services/T0/B0/{}"],
)  # fmt: skip
def test_a_secret_within_a_text_is_hidden(text: str) -> None:
    for alert in (read(text.format(SECRET)), read({"name": "x", "message": text.format(SECRET)})):
        told = (alert.name, alert.title, alert.summary, *dict(alert.facts).values())
        assert SECRET not in " ".join(told).replace("hunter2-x.Y", "hunter2-x.Y")
        assert "(hidden)" in " ".join(told)
    assert hidden(hidden(text.format(SECRET))) == hidden(text.format(SECRET))


@pytest.mark.parametrize(
    "text", ["the token: expired", "password reset for mia", "https://x.example/a@b", "secret = 1"]
)
def test_words_beside_which_no_secret_stands_stay(text: str) -> None:
    assert hidden(text) == text


@pytest.mark.parametrize(("name", "value"), [("name", "value"), ("Key", "Value")])
def test_the_value_of_a_variable_that_is_a_secret_is_hidden(name: str, value: str) -> None:
    variables = [{name: "DB_PASSWORD", value: SECRET}, {name: "STAGE", value: "live"}]
    told = dict(read({"job": "x", "environment": variables}).facts)
    assert told[f"environment 1.{value}"] == "(hidden)"
    assert told[f"environment 2.{value}"] == "live"


@given(st.text(max_size=300))
def test_hiding_takes_nothing_else_away(text: str) -> None:
    kept = hidden(text).replace("(hidden)", "")
    rest = iter(text)
    assert all(character in rest for character in kept.replace("(hidden)", ""))


ALERTS = """Uploads are slow
Alerts {}:
Labels:
 - alertname = SlowUploads
 - severity = critical
Annotations:
 - summary = p99 is 3.1 s
Source: https://prom.example/graph?g0.expr=x
"""


def test_alertmanagers_text_is_read_as_its_json() -> None:
    fires, resolves = (read(ALERTS.format(state)) for state in ("Firing", "Resolved"))
    assert (fires.title, fires.severity, fires.state) == (
        "p99 is 3.1 s", CRITICAL, AlertState.ALARM,
    )  # fmt: skip
    assert (resolves.key, resolves.state) == (fires.key, AlertState.OK)
    assert fires.links == (("Details", "https://prom.example/graph?g0.expr=x"),)


def test_a_label_that_ends_its_line_names_the_next() -> None:
    text = "Host: db-1\nState: OK\n\nAdditional Info:\n\nDISK OK - 40 GB\nmore\n"
    found = {"Host": "db-1", "State": "OK", "Additional Info": "DISK OK - 40 GB"}
    assert fields(text) == found


def test_two_lines_with_labels_are_a_text() -> None:
    alert = read("Host: db-1\nState: DOWN\n")
    assert (alert.kind.value, alert.name) == ("text", "Host: db-1")


def test_a_traceback_is_what_stands_at_its_end() -> None:
    text = "Traceback (most recent call last):\n  File 'a.py'\nKeyError: 'size'\n"
    alert = read(text)
    assert (alert.name, alert.severity) == ("KeyError: 'size'", WARNING)
    assert "File 'a.py'" in alert.summary
    assert read(text, "nightly").title == "nightly: KeyError: 'size'"


@pytest.mark.parametrize(
    ("text", "subject", "title", "severity"),
    [
        ("Job: nightly-dump\nHost: db-2\nStatus: FAILED\n", None, "nightly-dump on db-2: FAILED",
         WARNING),
        ("job: nightly-dump\nstatus: success\nlasted: 13 min", None, "nightly-dump: success", INFO),
        ("Server: db-2\nStatus: DOWN\nSince: 02:31", "Ping check", "Ping check: DOWN", WARNING),
        ("service=web status=failed reason=quota", None, "web: failed: quota", WARNING),
        ('level=error app=web msg="cannot reach S3"', None, "web: cannot reach S3", WARNING),
        ("level=info app=web msg=started", None, "web: started", INFO),
        ('ALERT: {"job": "dump", "status": "failed"}', None, "ALERT: dump: failed", WARNING),
        ('web {"level": "info", "errors": 0, "msg": "12 files"}', None, "web: 12 files", INFO),
    ],
)  # fmt: skip
def test_a_script_s_fields_are_read_as_fields(
    text: str, subject: str | None, title: str, severity: Severity
) -> None:
    alert = read(text, subject)
    assert (alert.kind.value, alert.title, alert.severity) == ("event", title, severity)


@pytest.mark.parametrize(
    "text",
    ["Dear all: come\nNote: bring cake\nBye: me", "a=1 b=2", "a=1 b=2 c=3 and more",
     "see {not json}", "Host: db-2\nStatus: DOWN\nplain words"],
)  # fmt: skip
def test_what_only_looks_like_fields_is_a_text(text: str) -> None:
    assert read(text).kind.value == "text"


@pytest.mark.parametrize(
    ("text", "subject", "title", "severity"),
    [
        ("Backups\n\ndb-1 .. OK\ndb-2 .. FAILED\n", None, "Backups · db-1 .. OK · db-2 .. FAILED",
         WARNING),
        ("Backups of today\n\ndb-1 .. OK\ndb-2 .. FAILED\n", None,
         "Backups of today: db-2 .. FAILED", WARNING),
        ("db-1: OK\ndb-2: ERROR (quota)", "Backups", "Backups: db-2: ERROR (quota)",
         WARNING),
        ("Backups of today\n\n0 FAILED, 2 OK", None, "", INFO),
        ("Backups of today\n" + "\n" * 40 + "db-2 .. FAILED", None, "", INFO),
        ("Backup has recovered\nit was DOWN", None, "", INFO),
        ("Log of today\n02:00 *** Error: no disk ***", None,
         "Log of today: 02:00 *** Error: no disk ***", WARNING),
        ("Started at 02:00\nThe check found differences!!\nAdded: 3", None,
         "Started at 02:00: The check found differences!!", WARNING),
        ("Notes of today\nThe error: budget", None, "", INFO),
        ("A `pod` has been deleted:\n`web-1`", None, "A `pod` has been deleted: `web-1`", INFO),
        ("The nightly run announces:\nall eight volumes copied", None,
         "all eight volumes copied", INFO),
    ],
)  # fmt: skip
def test_the_line_that_a_program_calls_bad_stands_in_the_headline(
    text: str, subject: str | None, title: str, severity: Severity
) -> None:
    alert = read(text, subject)
    assert (alert.title, alert.severity) == (title, severity)
