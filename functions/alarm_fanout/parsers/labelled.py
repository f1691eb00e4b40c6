"""Texts that are fields: CloudFormation's, Elastic Beanstalk's, Nagios', a script's own.

Sources: CloudFormation's NotificationARNs (``Name='value'``); Elastic Beanstalk, "Environment
notifications with Amazon SNS", and Nagios' sample commands (``Label: value``); Alertmanager's
``default.tmpl``, which Amazon Managed Service for Prometheus sends too (``Alerts Firing:``), and
Grafana's ``default.message``.
"""

import json
import re
from typing import Any

from alarm_fanout.parsers.errors import NotThisShapeError
from alarm_fanout.parsers.texts import cleaned

_ASSIGNED = re.compile(r"^[ \t]*(\w+)='(.*?)'[ \t]*$", re.MULTILINE | re.DOTALL)
_LABELLED = re.compile(r"([A-Z][\w/ ]{0,30}):(?:\s+(\S.*))?")
_LINE = re.compile(r"([A-Za-z][\w /-]{0,30}):(?:\s+(\S.*))?")  # of a script
_JSON = re.compile(r"([^{}\n]{1,80}?)\s*(\{.*\})", re.DOTALL)
_PAIRS = re.compile(r'([A-Za-z][\w.-]{0,60})=(?:"([^"\n]*)"|([^\s"]+))')
_LEAST = 3  # so many lines with labels are no coincidence
_GROUP = re.compile(r"(?:Alerts |\*\*)(Firing|Resolved)(?::|\*\*)")  # Grafana writes it in stars
_PAIR = re.compile(r"\s*- (\w{1,100}) = (.*)")
_SOURCE = re.compile(r"\s*Source: (\S+)")


def fields(text: str) -> dict[str, Any]:
    """Return the fields of a text that is made of some.

    Raises
    ------
    NotThisShapeError
        It is not.
    """
    found = _assigned(text) or _alerts(text) or _labelled(text)
    if not found:
        raise NotThisShapeError("no text of names and values")
    return found


def spelled(text: str) -> tuple[str, dict[str, Any]]:
    """Return what stands before the fields of a script's text, and those: JSON, logfmt, lines.

    Raises
    ------
    NotThisShapeError
        It has more to say than fields.
    """
    before, fields_of = _before_json(text)
    found = fields_of or _logfmt(text)
    if not found and all(_LINE.match(line) for line in text.splitlines() if line.strip()):
        found = _labelled(text, _LINE)
    if not found:
        raise NotThisShapeError("no text of nothing but names and values")
    return before, found


def _before_json(text: str) -> tuple[str, dict[str, Any]]:
    if not (match := _JSON.fullmatch(text.strip())):
        return "", {}
    try:
        found = json.loads(match[2])
    except (ValueError, RecursionError):
        return "", {}
    return match[1].rstrip(" :-"), cleaned(found)


def _logfmt(text: str) -> dict[str, Any]:
    """Return the fields of one line of ``name=value``, the values quoted where they have blanks."""
    pairs = _PAIRS.findall(text)
    is_all = len(pairs) >= _LEAST and not _PAIRS.sub("", text).strip()
    return {name: quoted or plain for name, quoted, plain in pairs} if is_all else {}


def _assigned(text: str) -> dict[str, Any]:
    found = dict(_ASSIGNED.findall(text))
    return found if found and not _ASSIGNED.sub("", text).strip() else {}


def _labelled(text: str, pattern: re.Pattern[str] = _LABELLED) -> dict[str, Any]:
    """Return what lines with labels say; a label that ends its line names the next line."""
    found: dict[str, Any] = {}
    label = ""
    for line in text.splitlines():
        match = pattern.fullmatch(line.strip())
        if match:
            label = match[1]
            if match[2]:
                found.setdefault(label, match[2].strip())
                label = ""
        elif label and line.strip():
            found.setdefault(label, line.strip())
            label = ""
    return found if len(found) >= _LEAST else {}


def _alerts(text: str) -> dict[str, Any]:
    """Return the alerts of Alertmanager's text as its JSON has them."""
    alerts: list[dict[str, Any]] = []
    status = part = ""
    for line in text.splitlines():
        if group := _GROUP.match(line.strip()):
            status = group[1].lower()
        elif not status:
            continue
        elif line.strip() == "Labels:":
            alerts.append({"status": status, "labels": {}, "annotations": {}})
            part = "labels"
        elif line.strip() == "Annotations:":
            part = "annotations"
        elif alerts and (pair := _PAIR.fullmatch(line)):
            alerts[-1][part][pair[1]] = pair[2].strip()
        elif alerts and (source := _SOURCE.fullmatch(line)):
            alerts[-1]["generatorURL"] = source[1]
    return {"alerts": alerts} if alerts else {}
