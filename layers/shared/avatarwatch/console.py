"""Links into the AWS console of the right partition and region."""

import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Self
from urllib.parse import quote

from avatarwatch.partitions import is_region, partition_of

_HOSTS = {
    "aws": "console.aws.amazon.com",
    "aws-cn": "console.amazonaws.cn",
    "aws-us-gov": "console.amazonaws-us-gov.com",
    "aws-eusc": "console.amazonaws-eusc.eu",
}
_UNSAFE = re.compile(r"[^A-Za-z0-9_.-]")
MARGIN = timedelta(minutes=30)  # what a graph shows before and after the window in question


@dataclass(frozen=True, slots=True)
class MetricRef:
    """One CloudWatch metric as an alarm reads it; ``period`` in seconds.

    ``account`` is whose it is, empty where that is the alarm's own.
    """

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]
    statistic: str
    period: int
    account: str = ""

    @property
    def rendering(self) -> dict[str, str | int]:
        """How a graph shows it: the options behind a metric's name and dimensions."""
        own: dict[str, str | int] = {"stat": self.statistic, "period": self.period}
        return own | ({"accountId": self.account} if self.account else {})


@dataclass(frozen=True, slots=True)
class Console:
    """The console of one region; made by `of`."""

    region: str

    @property
    def _home(self) -> str:
        return self.page(f"cloudwatch/home?region={self.region}")

    @classmethod
    def of(cls, region: str | None) -> Self | None:
        """Return a region's console, None where the name is no region's or has no known one.

        The name ends up in the host of a link: nothing else may get there.
        """
        if region and is_region(region) and partition_of(region) in _HOSTS:
            return cls(region)
        return None

    def page(self, path: str) -> str:
        """Link to a page by its path and what follows it, quoted already."""
        return f"https://{self.region}.{_HOSTS[partition_of(self.region)]}/{path}"

    def alarm(self, name: str) -> str:
        """Link to an alarm's page."""
        return f"{self._home}#alarmsV2:alarm/{quote(name, safe='')}"

    def graph(self, metrics: tuple[MetricRef, ...], start: datetime, end: datetime) -> str:
        """Link to a graph of metrics from ``start`` to ``end`` with a margin on both sides.

        Start and end are absolute, so that the link shows the same a week later.
        """
        rows = [
            [m.namespace, m.name, *(part for pair in m.dimensions for part in pair),
             m.rendering]
            for m in metrics
        ]  # fmt: skip
        graph = {
            "metrics": rows,
            "region": self.region,
            "view": "timeSeries",
            "start": f"{start - MARGIN:%Y-%m-%dT%H:%M:%SZ}",
            "end": f"{end + MARGIN:%Y-%m-%dT%H:%M:%SZ}",
        }
        return f"{self._home}#metricsV2:graph={jsurl(graph)}"

    def logs(self, group: str, start: datetime, end: datetime, query: str) -> str:
        """Link to Logs Insights with a query over a log group between two instants."""
        detail = {
            "start": f"{start:%Y-%m-%dT%H:%M:%S.000Z}",
            "end": f"{end:%Y-%m-%dT%H:%M:%S.000Z}",
            "timeType": "ABSOLUTE",
            "tz": "UTC",
            "editorString": query,
            "source": [group],
        }
        return f"{self._home}#logsV2:logs-insights$3FqueryDetail$3D{jsurl(detail)}"


def jsurl(value: object) -> str:
    """Encode a JSON value as JSURL, the notation of CloudWatch's console in its addresses.

    >>> jsurl({"metrics": [["NS", "Name"]], "period": 300})
    "~(metrics~(~(~'NS~'Name))~period~300)"
    """
    match value:
        case dict():
            return "~(" + "~".join(f"{key}{jsurl(item)}" for key, item in value.items()) + ")"
        case list():
            return "~(" + "".join(map(jsurl, value)) + ")"
        case str():
            return "~'" + _UNSAFE.sub(lambda match: _escaped(match.group()), value)
        case _:
            return "~" + json.dumps(value)


@lru_cache(maxsize=256)
def _escaped(character: str) -> str:
    """Escape the UTF-16 code units of one character as JSURL does."""
    if character == "$":
        return "!"
    units = character.encode("utf-16-be").hex(" ", 2).split()
    return "".join(f"*{unit[2:]}" if unit.startswith("00") else f"**{unit}" for unit in units)
