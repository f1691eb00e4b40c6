"""E-mail's form of the words: a subject in ASCII and a body of plain text."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import starmap

from alarm_fanout.channels.plain import SEVERITIES, TAGS, ascii_line, clauses, shorten
from alarm_fanout.words import Words, apart
from avatarwatch.catalogue import Severity

SUBJECT_LIMIT = 99  # SNS: ASCII, fewer than 100 characters, one line
BODY_LIMIT = 200_000  # bytes; SNS: 262,144 with the subject and all else
ROW_LIMIT = 500  # characters of a sentence; where rows are many, all have their names at least


def subject(words: Words, system_name: str, severity: Severity) -> str:
    """Write the subject: ``[CRIT] avatar-system: Upload failures 18.2 %, over 10 %``."""
    tag = "OK" if words.emoji == "✅" else TAGS[severity]
    what = f"{words.what}, {words.threshold}" if words.threshold else words.what
    if words.status.lower() not in SEVERITIES:
        what = f"{words.status} - {what}"
    return clauses(ascii_line(f"[{tag}] {system_name}: {what}"), SUBJECT_LIMIT)


def body(words: Words) -> str:
    """Write the body: the parts in reading order, then facts, then links."""
    lines = [
        words.headline,
        words.where,
        words.since + (f"   {words.course}" if words.course else ""),
    ]
    parts = ["\n".join(line for line in lines if line)]
    parts += [t for t in (words.before, words.sentence, words.also, words.instead) if t]
    if words.answers:
        parts.append("\n".join(line.text for line in words.answers))
    if words.facts:
        parts.append("\n".join(f"{name}: {text}" for name, text in words.facts))
    if words.links:
        parts.append("\n".join(f"{label}\n  {url}" for label, url in words.links))
    return _within("\n\n".join(parts)) + "\n"


def _within(body: str) -> str:
    """Keep as much of a body as SNS takes: no person reads on that far."""
    kept = body.encode(errors="replace")[:BODY_LIMIT].decode(errors="ignore")
    return body if len(kept) == len(body) else f"{kept}…"


def digest(rows: Sequence[tuple[Words, Severity]], system_name: str) -> tuple[str, str]:
    """Write several alerts as one e-mail; return subject and body."""
    worst = min((severity for _, severity in rows), key=list(Severity).index)
    over = sum(words.emoji == "✅" for words, _ in rows)
    counts = f"{len(rows) - over} ongoing, {over} recovered" if over else f"{len(rows)} alerts"
    subject = shorten(ascii_line(f"[{TAGS[worst]}] {system_name}: {counts}"), SUBJECT_LIMIT)
    places = apart([words for words, _ in rows])
    told = [(words, place) for (words, _), place in zip(rows, places, strict=True)]
    why = dict.fromkeys(words.instead for words, _ in rows if words.instead)  # once for all
    head = "\n".join((f"{len(rows)} alerts of {system_name}", *why))
    full, names = (f"{head}\n\n" + "\n".join(lines) for lines in (
        starmap(_row, told), (_name(*each, BODY_LIMIT // len(told)) for each in told)
    ))  # fmt: skip
    return subject, (full if _within(full) == full else _within(names)) + "\n"


def _row(words: Words, place: str) -> str:
    where = f" · {place}" if place else ""
    return f"{words.status} · {shorten(words.short, ROW_LIMIT)}{where}\n  {words.since}"


def _name(words: Words, place: str, room: int) -> str:
    """Name an alert in so many bytes: a mail holds no more of thousands."""
    line = f"{words.emoji} {words.what}" + (f" · {place}" if place else "")
    return line.encode(errors="replace")[: room - 1].decode(errors="ignore")
