"""E-mail's and SMS's forms of the words: plain text."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import datetime

from alarm_fanout.messages.words import Words
from avatarwatch.catalogue import Severity

SUBJECT_LIMIT = 99  # SNS: ASCII, fewer than 100 characters, one line
BODY_LIMIT = 200_000  # bytes; SNS: 262,144 with the subject and all else
SMS_LIMIT = 160  # GSM 03.38 characters of one part
EMAIL_ROWS = 100  # as many as a batch holds
ROW_LIMIT = 500
_SHORT = {Severity.CRITICAL: "CRIT", Severity.WARNING: "WARN", Severity.INFO: "INFO"}
_ASCII = {0xB7: "-", 0x2013: "-", 0x2014: "-", 0x2026: "...", 0x2019: "'", 0x201C: '"', 0x201D: '"'}
# of ASCII, GSM 03.38's basic table lacks these (or they count twice): SMS does without
_GSM = str.maketrans("`[]{}~\\|^", "'()()-//'")


def ascii_line(text: str) -> str:
    """Write text in printable ASCII on one line; accents are dropped, the rest becomes ``?``."""
    plain = unicodedata.normalize("NFKD", text.translate(_ASCII))
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    line = " ".join(plain.encode("ascii", "replace").decode().split())
    return "".join(character if character.isprintable() else "?" for character in line)


def shorten(text: str, limit: int) -> str:
    """Keep at most ``limit`` characters, the last three dots when something was left out."""
    return text if len(text) <= limit else text[: limit - 3].rstrip() + "..."


def email_subject(words: Words, system_name: str, severity: Severity) -> str:
    """Write the subject: ``[CRIT] avatar-system: Upload failures 18.2 %, over 10 %``."""
    tag = "OK" if words.emoji == "✅" else _SHORT[severity]
    what = f"{words.what}, {words.threshold}" if words.threshold else words.what
    if words.status.lower() not in {"critical", "warning", "info"}:
        what = f"{words.status} - {what}"
    return shorten(ascii_line(f"[{tag}] {system_name}: {what}"), SUBJECT_LIMIT)


def email_body(words: Words) -> str:
    """Write the body: the parts in reading order, then facts, then links."""
    lines = [
        words.headline,
        words.where,
        words.since + (f"   {words.course}" if words.course else ""),
    ]
    parts = ["\n".join(line for line in lines if line)]
    parts += [text for text in (words.before, words.sentence) if text]
    if words.facts:
        parts.append("\n".join(f"{name}: {text}" for name, text in words.facts))
    if words.links:
        parts.append("\n".join(f"{label}\n  {url}" for label, url in words.links))
    return _within("\n\n".join(parts)) + "\n"


def _within(body: str) -> str:
    """Keep as much of a body as SNS takes: no person reads on that far."""
    kept = body.encode(errors="replace")[:BODY_LIMIT].decode(errors="ignore")
    return body if len(kept) == len(body) else f"{kept}…"


def email_digest(rows: Sequence[tuple[Words, Severity]], system_name: str) -> tuple[str, str]:
    """Write several alerts as one e-mail; return subject and body."""
    worst = min((severity for _, severity in rows), key=list(Severity).index)
    over = sum(words.emoji == "✅" for words, _ in rows)
    counts = f"{len(rows) - over} ongoing, {over} recovered" if over else f"{len(rows)} alerts"
    subject = shorten(ascii_line(f"[{_SHORT[worst]}] {system_name}: {counts}"), SUBJECT_LIMIT)
    lines = [_row(words) for words, _ in rows[:EMAIL_ROWS]]
    if len(rows) > EMAIL_ROWS:
        lines.append(f"and {len(rows) - EMAIL_ROWS} more")
    body = f"{len(rows)} alerts of {system_name}\n\n" + "\n".join(lines)
    return subject, _within(body) + "\n"


def _row(words: Words) -> str:
    return f"{words.status} · {shorten(words.short, ROW_LIMIT)}\n  {words.since}"


def sms(words: Words, system_name: str, severity: Severity, since: datetime) -> str:
    """Write one SMS part: ``CRIT avatar-system: upload failures 18.2% (>10%) since 10:05Z``."""
    what = _lower_first(words.what).replace(" %", "%")
    if words.emoji == "✅":
        return _gsm(f"OK {system_name}: {_lower_first(words.status)}, {what}")
    if not words.threshold:
        what = _lower_first(words.short).replace(" %", "%").rstrip(".")
    tail = f" {'at' if words.since.startswith('at ') else 'since'} {since:%H:%M}Z"
    limit = f" ({_symbol(words.threshold)})" if words.threshold else ""
    status = "" if words.status.lower() in {"critical", "warning", "info"} else f"{words.status}: "
    head = f"{_SHORT[severity]} {system_name}: {status}"
    room = SMS_LIMIT - len(ascii_line(f"{head}.{limit}{tail}")) + 1
    return _gsm(head + shorten(_gsm(what), max(room, 20)) + limit + tail)


def sms_digest(rows: Sequence[tuple[Words, Severity]], system_name: str) -> str:
    """Write several alerts as one SMS part: how many, then their names, what goes on first."""
    ongoing = [(words, severity) for words, severity in rows if words.emoji != "✅"]
    over = [words for words, _ in rows if words.emoji == "✅"]
    counts = [f"{len(ongoing)} alert{'s' if len(ongoing) > 1 else ''}"] if ongoing else []
    counts += [f"{len(over)} recovered"] if over else []
    worst = min((severity for _, severity in ongoing), key=list(Severity).index, default=None)
    names = [_lower_first(words.what).replace(" %", "%") for words, _ in ongoing]
    names += [f"OK {_lower_first(words.what)}" if ongoing else _lower_first(words.what)
              for words in over]  # fmt: skip
    tag = _SHORT[worst] if worst else "OK"
    return _gsm(f"{tag} {system_name}: {', '.join(counts)}: {', '.join(names)}")


def _gsm(text: str) -> str:
    return shorten(ascii_line(text).translate(_GSM), SMS_LIMIT)


def _symbol(threshold: str) -> str:
    for words, symbol in (
        ("at or over ", ">="),
        ("at or under ", "<="),
        ("over ", ">"),
        ("under ", "<"),
    ):
        if threshold.startswith(words) and "band" not in threshold:
            return symbol + threshold.removeprefix(words).replace(" %", "%")
    return threshold


def _lower_first(text: str) -> str:
    # an acronym keeps its capitals: "CDN latency"
    return text if text[:2].isupper() else text[:1].lower() + text[1:]
