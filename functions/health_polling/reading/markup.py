"""XML documents as the objects that they would be in JSON."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from health_polling.reading.containers import SURE
from health_polling.reading.status import Document, key

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_LONGEST = 100_000
_MOST_LEVELS = 32
_HTML = re.compile(
    r"<(?:!|html|head|body|title|meta|link|script|style|div|span|p|h\d|b|br|center|pre|table|svg)\b",
    re.IGNORECASE,
)
_FAULTS = frozenset({"error", "errors", "exception", "failure"})
_DECLARED = re.compile(r"<\?xml\b[^>]{0,200}\?>\s*")


class TooDeepError(ValueError):
    """It is nested deeper than anybody writes one."""


def document_of(text: str) -> Document | None:
    """Return what an XML document holds, None for a page and what is no XML.

    An element is an object of its attributes and children, a text, or a list where its children
    are of one kind. A declaration of a type is not read: its entities may grow without end.

    Raises
    ------
    TooDeepError
        It is nested too deeply to be read.
    """
    bare = _DECLARED.sub("", text, count=1)
    if len(text) > _LONGEST or _HTML.match(bare) or "<!" in bare.replace("<!--", ""):
        return None
    # late: who answers in XML pays for its parser
    from xml.etree import ElementTree as ET  # noqa: PLC0415

    try:
        root = ET.fromstring(bare)  # noqa: S314 - no declarations get here
    except (ET.ParseError, ValueError):
        return None
    name = _name(root)
    if name.lower() == "html":
        return None
    value = _value(root, 1)
    if name == "Envelope" and isinstance(value, dict):
        return _letter(value)
    is_whole = isinstance(value, dict) and key(name) not in SURE | _FAULTS
    return value if is_whole else {name: value}


def _letter(envelope: Document) -> Document:
    """Return what a SOAP envelope's body holds, without the answers that it is wrapped in."""
    value = envelope.get("Body", envelope)
    while isinstance(value, dict) and len(value) == 1:
        name, inner = next(iter(value.items()))
        if not isinstance(inner, dict) or not name.lower().endswith(("response", "result")):
            break
        value = inner
    fault = value.get("Fault") if isinstance(value, dict) else None
    if isinstance(fault, dict):
        text = fault.get("faultstring") or fault.get("Reason")
        return {"error": json.dumps(text) if isinstance(text, dict) else str(text or "Fault")}
    return value if isinstance(value, dict) else {"Body": value}


def _value(element: Element, level: int) -> Any:
    if level > _MOST_LEVELS:
        raise TooDeepError
    text = (element.text or "").strip()
    children = [(_name(child), child) for child in element]
    attributes = {name.rsplit("}", 1)[-1]: _plain(value) for name, value in element.items()}
    if not children:
        return {**attributes, "text": text} if attributes and text else attributes or _plain(text)
    kinds = {name for name, _ in children}
    if len(kinds) == 1 and not attributes and (len(children) > 1 or _is_plural(element, children)):
        return [_value(child, level + 1) for _, child in children]
    held: Document = dict(attributes)
    for name, child in children:
        value = _value(child, level + 1)
        if name in held:
            known = held[name]
            held[name] = [*(known if isinstance(known, list) else [known]), value]
        else:
            held[name] = value
    return held


def _is_plural(element: Element, children: list[tuple[str, Element]]) -> bool:
    return key(_name(element)).rstrip("s") == key(children[0][0]).rstrip("s")


def _name(element: Element) -> str:
    return str(element.tag).rsplit("}", 1)[-1]


def _plain(text: str) -> str | bool | int:
    folded = text.strip().lower()
    if folded in {"true", "false"}:
        return folded == "true"
    return int(folded) if folded.isdecimal() and len(folded) < 10 else text
