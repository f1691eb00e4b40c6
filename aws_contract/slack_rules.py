"""Slack's rules for blocks and attachments, with the words in which Slack refuses.

The only set of them: our messages are held to it, and the inbox refuses by it.

Limits from https://docs.slack.dev/reference/block-kit. Blocks and elements that Slack knows and
this module does not are refused as unsupported: nothing is shown that was not checked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    type Json = dict[str, Any]

MAX_BLOCKS = 50
MAX_ATTACHMENTS = 100
# Not documented; measured by users of Slack at 13,172 to 13,297 characters of all blocks.
MAX_BLOCKS_TEXT = 13_200
MAX_TEXT = 40_000

_URL = re.compile(r"https?://[^\s/]+\S*|mailto:\S+@\S+|slack://\S+")
_ATTACHMENT_KEYS = frozenset(
    (
        *("author_icon", "author_link", "author_name", "blocks", "callback_id", "color"),
        *("fallback", "fields", "footer", "footer_icon", "id", "image_url", "mrkdwn_in"),
        *("pretext", "text", "thumb_url", "title", "title_link", "ts"),
    )
)


@dataclass(slots=True)
class Checker:
    """Collects what is wrong with blocks, each with a JSON pointer to the place."""

    is_image_file: Callable[[Json], bool]
    errors: list[str] = field(default_factory=list)
    _block_ids: set[str] = field(default_factory=set)

    def error(self, message: str, pointer: str) -> None:
        """Note one fault."""
        self.errors.append(f"{message} [json-pointer:{pointer}]")

    def blocks(self, blocks: Any, pointer: str = "/blocks") -> None:
        """Check a list of blocks."""
        if not isinstance(blocks, list):
            self.error("must provide an array", pointer)
            return
        if len(blocks) > MAX_BLOCKS:
            self.error(f"no more than {MAX_BLOCKS} items allowed", pointer)
        for number, block in enumerate(blocks):
            self._typed(block, _BLOCKS, f"{pointer}/{number}")

    def _typed(self, item: Any, kinds: dict[str, _Kind], pointer: str) -> None:
        if not isinstance(item, dict):
            self.error("must provide an object", pointer)
            return
        name = item.get("type")
        if name is None:
            self.error("missing required field: type", pointer)
        elif not isinstance(name, str) or name not in kinds:
            self.error(f"unsupported type: {name}", f"{pointer}/type")
        else:
            kind = kinds[name]
            self._keys(item, kind, pointer)
            kind.check(self, item, pointer)

    def _keys(self, item: Json, kind: _Kind, pointer: str) -> None:
        for key in kind.required:
            if item.get(key) is None:
                self.error(f"missing required field: {key}", pointer)
        for key in item:
            if key not in kind.required and key not in kind.optional and key != "type":
                self.error(f"invalid additional property: {key}", pointer)
        self._block_id(item, pointer)

    def _block_id(self, item: Json, pointer: str) -> None:
        block_id = item.get("block_id")
        self.string(item, "block_id", 255, pointer)
        if isinstance(block_id, str):
            if block_id in self._block_ids:
                self.error(f"block_id {block_id} already exists", f"{pointer}/block_id")
            self._block_ids.add(block_id)

    def string(self, item: Json, key: str, longest: int, pointer: str) -> str | None:
        """Check an optional string of 1 to ``longest`` characters and return it."""
        value = item.get(key)
        where = f"{pointer}/{key}"
        if value is None:
            return None
        if not isinstance(value, str):
            self.error("must provide a string", where)
            return None
        if not value:
            self.error("must be more than 0 characters", where)
        if len(value) > longest:
            self.error(f"must be less than {longest + 1} characters", where)
        return value

    def url(self, item: Json, key: str, pointer: str) -> None:
        """Check an optional URL of at most 3,000 characters."""
        value = self.string(item, key, 3000, pointer)
        if value and not _URL.fullmatch(value):
            self.error("invalid url", f"{pointer}/{key}")

    def choice(self, item: Json, key: str, choices: tuple[str, ...], pointer: str) -> None:
        """Check an optional value that is one of a few."""
        value = item.get(key)
        if value is not None and value not in choices:
            self.error(f"must be one of: {', '.join(choices)}", f"{pointer}/{key}")

    def text(self, item: Json, key: str, longest: int, pointer: str, *, plain: bool) -> None:
        """Check an optional text object; a bad one fails in two lines, as at Slack."""
        value = item.get(key)
        if value is None:
            return
        before = len(self.errors)
        kinds = {"plain_text": _PLAIN} if plain else {"plain_text": _PLAIN, "mrkdwn": _MRKDWN}
        where = f"{pointer}/{key}"
        self._typed(value, kinds, where)
        if isinstance(value, dict):
            self.string(value, "text", longest, where)
        if len(self.errors) > before:
            message = f"failed to match all allowed schemas [json-pointer:{where}]"
            self.errors.insert(before, message)

    def items(self, item: Json, key: str, most: int, pointer: str) -> list[Any]:
        """Check a list of 1 to ``most`` items and return it."""
        value = item.get(key)
        where = f"{pointer}/{key}"
        if value is None:
            return []
        if not isinstance(value, list):
            self.error("must provide an array", where)
            return []
        if not value:
            self.error("must have at least 1 item", where)
        if len(value) > most:
            self.error(f"no more than {most} items allowed", where)
        return value

    def element(self, item: Any, kinds: dict[str, _Kind], pointer: str) -> None:
        """Check an element of a block."""
        self._typed(item, kinds, pointer)


@dataclass(frozen=True, slots=True)
class _Kind:
    check: Callable[[Checker, Json, str], None]
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()


def _nothing_more(_checker: Checker, _item: Json, _pointer: str) -> None:
    """Leave it at the keys."""


def _section(checker: Checker, block: Json, pointer: str) -> None:
    if block.get("text") is None and block.get("fields") is None:
        checker.error("must define either `text` or `fields`", pointer)
    checker.text(block, "text", 3000, pointer, plain=False)
    for number, text in enumerate(checker.items(block, "fields", 10, pointer)):
        checker.text({str(number): text}, str(number), 2000, f"{pointer}/fields", plain=False)
    if block.get("accessory") is not None:
        kinds = {"button": _BUTTON, "image": _IMAGE_ELEMENT}
        checker.element(block["accessory"], kinds, f"{pointer}/accessory")


def _header(checker: Checker, block: Json, pointer: str) -> None:
    checker.text(block, "text", 150, pointer, plain=True)


def _context(checker: Checker, block: Json, pointer: str) -> None:
    kinds = {"image": _IMAGE_ELEMENT, "plain_text": _PLAIN, "mrkdwn": _MRKDWN}
    for number, element in enumerate(checker.items(block, "elements", 10, pointer)):
        where = f"{pointer}/elements/{number}"
        checker.element(element, kinds, where)
        if isinstance(element, dict) and element.get("type") != "image":
            checker.string(element, "text", 3000, where)


def _actions(checker: Checker, block: Json, pointer: str) -> None:
    seen: set[str] = set()
    for number, element in enumerate(checker.items(block, "elements", 25, pointer)):
        where = f"{pointer}/elements/{number}"
        checker.element(element, {"button": _BUTTON, "static_select": _MENU}, where)
        action_id = element.get("action_id") if isinstance(element, dict) else None
        if isinstance(action_id, str):
            if action_id in seen:
                checker.error(f"action_id {action_id} already exists", f"{where}/action_id")
            seen.add(action_id)


def _button(checker: Checker, button: Json, pointer: str) -> None:
    checker.text(button, "text", 75, pointer, plain=True)
    checker.string(button, "action_id", 255, pointer)
    checker.string(button, "value", 2000, pointer)
    checker.string(button, "accessibility_label", 75, pointer)
    checker.url(button, "url", pointer)
    checker.choice(button, "style", ("primary", "danger"), pointer)


def _menu(checker: Checker, menu: Json, pointer: str) -> None:
    checker.text(menu, "placeholder", 150, pointer, plain=True)
    checker.string(menu, "action_id", 255, pointer)
    seen: set[str] = set()
    for number, option in enumerate(checker.items(menu, "options", 100, pointer)):
        where = f"{pointer}/options/{number}"
        if not isinstance(option, dict):
            checker.error("must provide an object", where)
            continue
        checker.text(option, "text", 75, where, plain=True)
        value = checker.string(option, "value", 150, where)
        for key in {"text", "value"} - option.keys():
            checker.error(f"missing required field: {key}", where)
        if value in seen:
            checker.error(f"value {value} already exists", f"{where}/value")
        seen |= {value} if value else set()


def _image(checker: Checker, image: Json, pointer: str) -> None:
    checker.string(image, "alt_text", 2000, pointer)
    checker.text(image, "title", 2000, pointer, plain=True)
    checker.url(image, "image_url", pointer)
    file = image.get("slack_file")
    if (image.get("image_url") is None) == (file is None):
        checker.error("must define either `image_url` or `slack_file`", pointer)
    if file is not None and not (isinstance(file, dict) and checker.is_image_file(file)):
        checker.error("invalid slack file", f"{pointer}/slack_file")


_PLAIN = _Kind(_nothing_more, ("text",), ("emoji",))
_MRKDWN = _Kind(_nothing_more, ("text",), ("verbatim",))
_MENU = _Kind(_menu, ("options",), ("placeholder", "action_id"))
_BUTTON = _Kind(_button, ("text",), ("action_id", "url", "value", "style", "accessibility_label"))
_IMAGE_ELEMENT = _Kind(_image, ("alt_text",), ("image_url", "slack_file"))
_BLOCKS = {
    "section": _Kind(_section, (), ("text", "fields", "accessory", "block_id", "expand")),
    "header": _Kind(_header, ("text",), ("block_id",)),
    "context": _Kind(_context, ("elements",), ("block_id",)),
    "actions": _Kind(_actions, ("elements",), ("block_id",)),
    "divider": _Kind(_nothing_more, (), ("block_id",)),
    "image": _Kind(_image, ("alt_text",), ("image_url", "slack_file", "title", "block_id")),
}


def check_attachments(checker: Checker, attachments: Any) -> None:
    """Check attachments: known keys, and the blocks of each."""
    if not isinstance(attachments, list):
        checker.error("must provide an array", "/attachments")
        return
    for number, attachment in enumerate(attachments):
        pointer = f"/attachments/{number}"
        if not isinstance(attachment, dict):
            checker.error("must provide an object", pointer)
            continue
        if set(attachment) - _ATTACHMENT_KEYS:
            checker.errors.append("invalid_keys")
        if attachment.get("blocks") is not None:
            checker.blocks(attachment["blocks"], f"{pointer}/blocks")
        for row, item in enumerate(checker.items(attachment, "fields", 100, pointer)):
            if not isinstance(item, dict):
                checker.error("must provide an object", f"{pointer}/fields/{row}")


def text_length(value: Any) -> int:
    """Return the characters of all texts in blocks or attachments."""
    if isinstance(value, dict):
        own = len(value["text"]) if isinstance(value.get("text"), str) else 0
        return own + sum(text_length(item) for item in value.values())
    if isinstance(value, list):
        return sum(text_length(item) for item in value)
    return 0
