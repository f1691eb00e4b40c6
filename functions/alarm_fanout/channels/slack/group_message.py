"""Several alerts in Slack's form: what they have in common, a row each, the rest in the thread."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from alarm_fanout.channels.slack.message import (
    COLOURS,
    GREEN,
    SECTION_LIMIT,
    SlackMessage,
    answer_button,
    attachment,
    context,
    cut,
    escape,
    section,
    stamp,
)
from alarm_fanout.group import Group, Member, families, rank
from alarm_fanout.said import LABELS
from alarm_fanout.words import EMOJI, spaced
from avatarwatch.answers import ALL_ROWS, ROWS, What, row_value

GROUP_ROWS = 20  # in the message itself; more stand in its thread
MENU_ROWS = 8  # in each menu, the worst: a message has room for so much
MENU_TEXT = 40  # characters of an option, of which Slack takes 75
MENUS_ROOM = 3_500  # characters that menus take from the rows
ROOM = 9_000  # characters of rows in one message: Slack refuses about 13,200 in all
_HEAD = 240
_FAMILIES = 3
_TITLE = 80
_TEXT = 160


@dataclass(frozen=True, slots=True)
class Sheet:
    """How rows are written: what tells them apart, now, and where the readers' day begins.

    Where all are in one place, no row names it.
    """

    region: bool
    account: bool
    threshold: bool
    now: datetime
    zone: tzinfo

    @classmethod
    def of(cls, members: Iterable[Member], now: datetime, zone: tzinfo) -> Sheet:
        """Compare members."""
        rows = list(members)
        return cls(
            region=len({row.region for row in rows}) > 1,
            account=len({row.account for row in rows}) > 1,
            threshold=len({row.threshold for row in rows}) > 1,
            now=now,
            zone=zone,
        )


def headline(members: Sequence[Member]) -> str:
    """Return what members have in common, by families."""
    found = families([row for row in members if not row.is_over] or members)
    parts: list[str] = []
    for family in found[:_FAMILIES]:
        text = family.text
        if parts and sum(map(len, parts)) + len(text) > _HEAD:
            break
        parts.append(text)
    left = sum(len(family.members) for family in found[len(parts) :])
    count = f"{len(members)} alerts: " if len(found) > 1 else ""
    return count + "; ".join(parts) + (f" and {left} more" if left else "")


def render_group(group: Group, now: datetime, zone: tzinfo) -> SlackMessage:
    """Write several alerts as one: a headline, up to 20 rows, counts."""
    rows = group.rows
    counts = [
        f"{len(found)} {word if len(found) == 1 else plural}"
        for found, word, plural in (
            (group.ongoing, "ongoing", "ongoing"),
            (group.events, "event", "events"),
            (group.over, "recovered", "recovered"),
        )
        if found
    ]
    all_over = len(group.over) == len(rows)
    emoji = "✅" if all_over else EMOJI[group.severity]
    line = f"{emoji} *{_bold(headline(rows))}* · {', '.join(counts)}"
    sheet = Sheet.of(rows, now, zone)
    shown = shown_rows(group, now, zone)
    blocks = [*_sections(shown, sheet), *_others(group, shown, sheet)]
    blocks += _menus(shown)
    return SlackMessage(line, (attachment(GREEN if all_over else COLOURS[group.severity], blocks),))


def shown_rows(group: Group, now: datetime, zone: tzinfo) -> list[Member]:
    """Return the members for which the message itself has room."""
    rows, sheet = group.rows, Sheet.of(group.rows, now, zone)
    names = sum(len(_name(row, sheet)) + 2 for row in rows if row.keeps_row)
    return _fitting(rows[:GROUP_ROWS], sheet, ROOM - names)


def render_joined(
    group: Group, now: datetime, zone: tzinfo
) -> list[tuple[SlackMessage, list[str]]]:
    """Write what joined a group as replies below it, each with the keys of those that it names.

    The first is shown in the channel as well, for an edited message rings nowhere; not where all of
    it is over already.
    """
    new, sheet = group.joined, Sheet.of(group.rows, now, zone)
    joined = new
    replies: list[tuple[SlackMessage, list[str]]] = []
    while joined:
        part = _fitting(joined, sheet)
        first = not replies
        text = headline(new) if first else f"and {len(part)} more"
        worst = min((row.severity for row in part), key=rank)
        over = all(row.is_over for row in part)
        emoji, colour = ("✅", GREEN) if over else (EMOJI[worst], COLOURS[worst])
        blocks = _sections(part, sheet)
        rings = first and any(not row.is_over for row in new)
        line = f"{emoji} {'New: ' if rings else ''}*{_bold(text)}*"
        message = SlackMessage(line, (attachment(colour, blocks),), broadcast=rings)
        replies.append((message, [row.key for row in part]))
        joined = joined[len(part) :]
    return replies


def _others(group: Group, shown: Sequence[Member], sheet: Sheet) -> list[dict[str, object]]:
    """Say of whoever has no row where they are named.

    Whoever had a row, and had to make room for what goes on, is named here: a reply would tell it
    once more.
    """
    only = group.without_a_row(shown)
    marked = [
        f"{mark} {', '.join(_name(row, sheet) for row in only if _mark(row) == mark)}"
        for mark in dict.fromkeys(map(_mark, only))
    ]
    blocks = [section("\n".join(marked))] if only else []
    if more := len(group.members) - len(shown) - len(only):
        blocks.append(context(f"and {more} more, each named below"))
    return blocks


def _name(row: Member, sheet: Sheet) -> str:
    place = [spaced(row.account or "") if sheet.account else "", row.region if sheet.region else ""]
    where = " ".join(part for part in place if part)
    return cut(row.title, _TITLE) + (f" ({where})" if where else "")


def _mark(row: Member) -> str:
    return "✅" if row.is_over else EMOJI[row.severity]


def _menus(rows: Sequence[Member]) -> list[dict[str, object]]:
    """Return what answers to a group: a button for all that is open, a menu for each of the rows.

    A row's own button would make a section of each row, and a message holds 50 blocks.
    """
    open_rows = [row for row in rows if row.opened and not row.is_over]
    if not open_rows:
        return []
    every = f"|{ALL_ROWS}"
    elements: list[dict[str, object]] = [
        answer_button(f"{ROWS}{what}:all", f"{LABELS[what]} (all)", every)
        for what in (What.ACKNOWLEDGE, What.TAKE)
        if what is What.TAKE or any(not row.answered for row in open_rows)
    ]
    options = [_option(row) for row in open_rows[:MENU_ROWS]]
    elements += [
        {
            "type": "static_select",
            "action_id": f"{ROWS}{what}",
            "placeholder": {"type": "plain_text", "text": f"{LABELS[what]} …"},
            "options": options,
        }
        for what in (What.ACKNOWLEDGE, What.MUTE_HOUR, What.MUTE_MORNING)
    ]
    return [{"type": "actions", "elements": elements}]


def _option(row: Member) -> dict[str, object]:
    text = f"{row.title} {row.value}".strip()
    shown = text if len(text) <= MENU_TEXT else f"{text[: MENU_TEXT - 1]}…"
    return {
        "text": {"type": "plain_text", "text": shown or "?"},
        "value": row_value(row.key, row.opened),
    }


def _bold(text: str) -> str:
    """Escape what stands between asterisks, which would end there."""
    return cut(text, 2 * _HEAD).replace("*", "\N{ASTERISK OPERATOR}")


def _fitting(rows: Sequence[Member], sheet: Sheet, room: int = ROOM) -> list[Member]:
    """Return as many rows as one message holds, one at least."""
    length, kept = MENUS_ROOM if any(row.opened for row in rows) else 0, 0
    for row in rows:
        length += len(_row(row, sheet)) + 2
        if kept and length > room:
            break
        kept += 1
    return list(rows[:kept])


def _sections(rows: Sequence[Member], sheet: Sheet) -> list[dict[str, object]]:
    packed: list[str] = []
    for text in (_row(row, sheet) for row in rows):
        if packed and len(packed[-1]) + 1 + len(text) <= SECTION_LIMIT:
            packed[-1] += "\n" + text
        else:
            packed.append(text)
    return [section(text) for text in packed]


def _row(row: Member, sheet: Sheet) -> str:
    """Write what tells a member from the others, and how it is."""
    name = cut(row.title, _TITLE)
    linked = f"<{row.url}|{name}>" if row.url else name
    threshold = row.threshold if sheet.threshold else ""
    said = "" if row.threshold else row.sentence
    parts = [
        " ".join(part for part in (linked, escape(row.value)) if part),
        cut(threshold, _TEXT),
        cut(said, _TEXT),
        row.account and sheet.account and spaced(row.account),
        row.region if sheet.region else "",
        cut(row.after, _TEXT),
        cut(row.answered, _TEXT),
    ]
    text = ", ".join(part for part in parts if part)
    at = stamp(row.changed_at if row.is_over else row.began_at, sheet.now, sheet.zone)
    return f"{_mark(row)} {text} · {at}"
