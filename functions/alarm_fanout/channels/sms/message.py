"""SMS's form of the words: one part, and the names that make it worth reading."""

from __future__ import annotations

from collections.abc import Sequence

from alarm_fanout.channels.plain import SEVERITIES, TAGS, ascii_line, shorten
from alarm_fanout.times import is_today
from alarm_fanout.words import Words, apart
from avatarwatch.catalogue import Severity

SMS_LIMIT = 160  # GSM 03.38 characters of one part
# of ASCII, GSM 03.38's basic table lacks these (or they count twice): SMS does without
_GSM = str.maketrans("`[]{}~\\|^", "'()()-//'")


def text(words: Words, system_name: str, severity: Severity) -> str:
    """Write one SMS part: ``CRIT avatar-system: upload failures 18.2% (>10%) since 10:05Z``."""
    what = _what(words, words.what).replace(" %", "%")
    if words.emoji == "✅":
        return _gsm(f"OK {system_name}: {what}: {words.status[:1].lower()}{words.status[1:]}")
    if not words.threshold:
        what = _what(words, words.short).replace(" %", "%").rstrip(".")
    tail = f" {'at' if words.since.startswith('at ') else 'since'} {_at(words)}Z"
    limit = f" ({_symbol(words.threshold)})" if words.threshold else ""
    status = "" if words.status.lower() in SEVERITIES else f"{words.status}: "
    head = f"{TAGS[severity]} {system_name}: {status}"
    room = SMS_LIMIT - len(ascii_line(f"{head}.{limit}{tail}")) + 1
    told = head + shorten(_gsm(what), max(room, 20)) + limit + tail
    why = f". {words.instead.partition(';')[0]}" if words.instead else ""
    return _gsm(told + why if len(ascii_line(told + why)) <= SMS_LIMIT else told)


def digest(rows: Sequence[tuple[Words, Severity]], system_name: str) -> str:
    """Write several alerts as one SMS part: how many, then their names, what goes on first."""
    places = apart([words for words, _ in rows])
    told = [(*row, place) for row, place in zip(rows, places, strict=True)]
    ongoing = [each for each in told if each[0].emoji != "✅"]
    over = [each for each in told if each[0].emoji == "✅"]
    counts = [f"{len(ongoing)} alert{'s' if len(ongoing) > 1 else ''}"] if ongoing else []
    counts += [f"{len(over)} recovered"] if over else []
    worst = min((severity for _, severity, _ in ongoing), key=list(Severity).index, default=None)
    names = [_name(words, place) for words, _, place in ongoing]
    names += [("OK " if ongoing else "") + _name(words, place) for words, _, place in over]
    tag = TAGS[worst] if worst else "OK"
    return _gsm(f"{tag} {system_name}: {', '.join(counts)}: {', '.join(names)}")


def _at(words: Words) -> str:
    began = words.began
    day = "" if is_today(began, words.moment.now) else f"{began.day} {began:%b} "
    return f"{day}{began:%H:%M}"


def _name(words: Words, place: str) -> str:
    what = _what(words, words.what).replace(" %", "%")
    return f"{what} ({place})" if place else what


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


def _what(words: Words, text: str) -> str:
    # an acronym keeps its capitals ("CDN latency"), and a name all of its letters
    if not words.ours:
        return text
    return text if text[:2].isupper() else text[:1].lower() + text[1:]
