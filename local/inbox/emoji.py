"""Slack's names of the common emoji, and which of them the page draws itself.

Slack shows pictures of its own rather than the system's font; the page does so for the signs of
alerts, which then look the same on a machine without a font of emoji.
"""

from __future__ import annotations

import re

from markupsafe import Markup

NAMES = {
    "arrow_down": "⬇️",
    "arrow_right": "➡️",
    "arrow_up": "⬆️",
    "bar_chart": "📊",
    "bell": "🔔",
    "black_circle": "⚫",
    "blue_circle": "🔵",
    "bug": "🐛",
    "bulb": "💡",
    "calendar": "📆",
    "chart_with_downwards_trend": "📉",
    "chart_with_upwards_trend": "📈",
    "clock3": "🕒",
    "cloud": "☁️",
    "dollar": "💵",
    "exclamation": "❗",
    "eyes": "👀",
    "file_folder": "📁",
    "fire": "🔥",
    "green_circle": "🟢",
    "hammer_and_wrench": "🛠️",
    "heavy_check_mark": "✔️",
    "hourglass": "⌛",
    "information_source": "\u2139\ufe0f",
    "key": "🔑",
    "large_blue_circle": "🔵",
    "large_green_circle": "🟢",
    "large_orange_circle": "🟠",
    "large_purple_circle": "🟣",
    "large_yellow_circle": "🟡",
    "link": "🔗",
    "lock": "🔒",
    "mag": "🔍",
    "memo": "📝",
    "moneybag": "💰",
    "mute": "🔇",
    "no_bell": "🔕",
    "no_entry": "⛔",
    "octagonal_sign": "🛑",
    "package": "📦",
    "pager": "📟",
    "question": "❓",
    "raising_hand": "🙋",
    "recycle": "♻️",
    "red_circle": "🔴",
    "repeat": "🔁",
    "robot_face": "🤖",
    "rocket": "🚀",
    "rotating_light": "🚨",
    "sos": "🆘",
    "star": "⭐",
    "tada": "🎉",
    "thumbsup": "👍",
    "+1": "👍",
    "warning": "⚠️",
    "white_check_mark": "✅",
    "white_circle": "⚪",
    "wrench": "🔧",
    "x": "❌",
    "zap": "⚡",
}

# Views of static/emoji.svg.
_DRAWN = {
    "🔴": "red",
    "🟠": "orange",
    "🟡": "yellow",
    "🟢": "green",
    "🔵": "blue",
    "🟣": "purple",
    "⚪": "white",
    "⚫": "black",
    "✅": "check-box",
    "✔": "check",
    "❌": "cross",
    "⚠": "warning",
    "🚨": "siren",
    "🔔": "bell",
    "🔕": "no-bell",
    "🔇": "no-bell",
    "\u2139": "info",
    "📊": "bars",
    "📈": "rising",
    "📉": "falling",
    "🔁": "repeat",
    "⛔": "no-entry",
    "🛑": "stop",
    "👀": "eyes",
    "🙋": "hand-up",
}
_PICTURE = Markup('<img class="emoji" src="/static/emoji.svg#{}" alt="{}" draggable="false">')
_VARIATION = "\ufe0f"
_CHARACTER = re.compile(f"([{''.join(_DRAWN)}]){_VARIATION}?")
_NAME = re.compile(r":([a-z0-9_+-]{1,40}):")


def named(text: str) -> str:
    """Replace ``:names:`` of known emoji by their characters; others stay as they are."""
    return _NAME.sub(lambda match: NAMES.get(match[1], match[0]), text)


def draw(text: str) -> Markup:
    """Return the text as safe HTML, with pictures for the emoji that the page draws."""
    pieces: list[Markup] = []
    end = 0
    for match in _CHARACTER.finditer(text):
        pieces.append(Markup.escape(text[end : match.start()]))
        pieces.append(_PICTURE.format(_DRAWN[match[1]], match[0]))
        end = match.end()
    pieces.append(Markup.escape(text[end:]))
    return Markup("").join(pieces)
