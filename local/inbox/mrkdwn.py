"""Slack's mrkdwn as HTML.

Everything is escaped piece by piece and only this module's own tags are added, so that no text
can become markup. Rules from https://docs.slack.dev/messaging/formatting-message-text.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from markupsafe import Markup

from local.inbox.emoji import draw, named

_CODE_BLOCK = re.compile(r"```\n?(.+?)\n?```", re.DOTALL)
_LINK_TARGET = re.compile(r"(?:https?://|mailto:)[^\s<>]+", re.IGNORECASE)
# A style's body never crosses a line; links within are taken whole, whatever they contain.
_BODY = r"(?=\S)(?P<{0}>(?:<[^<>\n]*>|[^{1}\n])+?)(?<=\S)"
_INLINE = re.compile(
    "|".join(
        (
            r"`(?P<code>[^`\n]+)`",
            r"<(?P<special>[^<>\n]+)>",
            r"(?<![\w*])\*" + _BODY.format("bold", "*<") + r"\*(?![\w*])",
            r"(?<![\w_])_" + _BODY.format("italic", "_<") + r"_(?![\w_])",
            r"(?<![\w~])~" + _BODY.format("strike", "~<") + r"~(?![\w~])",
            r"(?P<url>https?://[^\s<>|`\"']*[^\s<>|`\"'.,;:!?)\]*_~])",
        )
    )
)
_DATE = re.compile(r"!date\^(\d{1,12})\^([^^|]*)(?:\^[^|]*)?\|(.*)", re.DOTALL)
_STYLES = {
    "bold": Markup("<b>{}</b>"),
    "italic": Markup("<i>{}</i>"),
    "strike": Markup("<s>{}</s>"),
}


def unescape(text: str) -> str:
    """Undo Slack's three escapes; nothing else is an escape there."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def plain(text: str) -> Markup:
    """Render a plain_text object: emoji, line ends, no styles."""
    return _line_ends(draw(named(unescape(text))))


def render(text: str) -> Markup:
    """Render mrkdwn."""
    pieces: list[Markup] = []
    end = 0
    for match in _CODE_BLOCK.finditer(text):
        pieces.append(_lines(text[end : match.start()].removesuffix("\n")))
        pieces.append(Markup("<pre>{}</pre>").format(_code(match[1])))
        end = match.end()
    rest = text[end:].removeprefix("\n") if end else text
    pieces.append(_lines(rest))
    return Markup("").join(pieces)


def _lines(text: str) -> Markup:
    """Render lines, those that begin with > as quotes."""
    if not text:
        return Markup("")
    pieces: list[Markup] = []
    lines: list[str] = []
    quoting = False
    for line in text.split("\n"):
        quoted = line.startswith(("&gt;", ">"))
        if quoted != quoting and lines:
            pieces.append(_paragraph(lines, quoted=quoting))
            lines = []
        quoting = quoted
        lines.append(line.removeprefix("&gt;").removeprefix(">").lstrip(" ") if quoted else line)
    pieces.append(_paragraph(lines, quoted=quoting))
    return Markup("").join(pieces)


def _paragraph(lines: list[str], *, quoted: bool) -> Markup:
    rendered = Markup("<br>").join(_inline(line) for line in lines)
    return Markup("<blockquote>{}</blockquote>").format(rendered) if quoted else rendered


def _inline(text: str) -> Markup:
    pieces: list[Markup] = []
    end = 0
    for match in _INLINE.finditer(text):
        pieces.append(_text(text[end : match.start()]))
        pieces.append(_styled(match))
        end = match.end()
    pieces.append(_text(text[end:]))
    return Markup("").join(pieces)


def _styled(match: re.Match[str]) -> Markup:
    if match["code"] is not None:
        return Markup("<code>{}</code>").format(_code(match["code"]))
    if match["special"] is not None:
        return _special(match["special"])
    if match["url"] is not None:
        return _link(unescape(match["url"]), None)
    for name, style in _STYLES.items():
        if match[name] is not None:
            return style.format(_inline(match[name]))
    raise AssertionError(match[0])


def _special(inner: str) -> Markup:
    """Render what stands in angle brackets: a link, a mention, a date."""
    date = _DATE.fullmatch(inner)
    if date:
        return _date(int(date[1]), unescape(date[2]), unescape(date[3]))
    target, bar, label = inner.partition("|")
    if target.startswith(("@", "#", "!")):
        name = label if bar else target.lstrip("@#!").partition("^")[0]
        sign = "#" if target[0] == "#" else "@"
        name = unescape(name).removeprefix(sign)
        return Markup('<span class="mention">{}{}</span>').format(sign, name)
    return _link(unescape(target), unescape(label) if bar else None)


def _link(target: str, label: str | None) -> Markup:
    """Render a link to http, https or mailto; anything else stays text."""
    if not _LINK_TARGET.fullmatch(target):
        shown = f"<{target}|{label}>" if label is not None else f"<{target}>"
        return _text_of(shown)
    shown = label or target.removeprefix("mailto:")
    return Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>').format(
        target, _text_of(shown)
    )


def _date(seconds: int, pattern: str, fallback: str) -> Markup:
    try:
        moment = datetime.fromtimestamp(seconds, tz=UTC).astimezone()
    except (OverflowError, OSError, ValueError):
        return _text_of(fallback)
    forms = {
        "{date_num}": moment.strftime("%Y-%m-%d"),
        "{date}": moment.strftime("%B %-d, %Y"),
        "{date_short}": moment.strftime("%b %-d, %Y"),
        "{date_short_pretty}": moment.strftime("%b %-d, %Y"),
        "{date_pretty}": moment.strftime("%B %-d, %Y"),
        "{time}": moment.strftime("%H:%M"),
        "{time_secs}": moment.strftime("%H:%M:%S"),
    }
    for form, shown in forms.items():
        pattern = pattern.replace(form, shown)
    if "{" in pattern:  # a form that Slack does not know: the fallback
        return _text_of(fallback)
    return Markup('<time datetime="{}">{}</time>').format(moment.isoformat(), pattern)


def _code(text: str) -> Markup:
    return Markup.escape(unescape(text))


def _text(text: str) -> Markup:
    return _text_of(unescape(text))


def _text_of(text: str) -> Markup:
    return draw(named(text))


def _line_ends(text: Markup) -> Markup:
    return Markup("<br>").join(text.split("\n"))
