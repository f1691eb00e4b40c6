"""The health formats, one entry each: by which marks a document is known, and where its parts are.

The order matters: the first whose marks are all there reads the document. What is known is read by
its own rules alone; any other document by its containers and by what stands beside each other
(`objects`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from health_polling.reading.containers import Place, members
from health_polling.reading.parts import parts_of
from health_polling.reading.reasons import reason_of
from health_polling.reading.status import (
    Document,
    Said,
    Whose,
    folded,
    key,
    own_status,
)
from health_polling.reading.things import condition_word
from health_polling.reading.words import Words
from health_polling.verdict import ComponentReading, Verdict

type Member = tuple[str, Any, Place]

# HealthStatus, an enum that some writers send as its number; so does LiipMonitor.
ASPNET_NUMBERS = {0: "Unhealthy", 1: "Degraded", 2: "Healthy"}
_LIIP = {0: "ok", 1: "warning", 2: "critical", 3: "skipped"}


@dataclass(frozen=True, slots=True)
class Content:
    """What a document says: of itself, and of its parts; ``is_known`` when a format knew it."""

    form: str
    own: Said | None
    parts: tuple[ComponentReading, ...] = ()
    reason: str = ""
    statuses: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Format:
    """A known format.

    ``marks`` are members that it has (folded), ``kinds`` what some of them are; ``containers`` hold
    its parts; ``numbers`` are status numbers; ``status`` reads what the format says in a way of
    its own; ``statuses`` are HTTP statuses of its own beside 200; ``inside`` is a member that holds
    containers as well, ``word`` the member of a part that holds its status. Without
    ``containers`` it has no parts.
    """

    name: str
    marks: frozenset[str]
    containers: tuple[str, ...] = ()
    kinds: dict[str, type | tuple[type, ...]] = field(default_factory=dict)
    numbers: dict[int, str] = field(default_factory=dict)
    status: Callable[[Document], Said | None] | None = None
    one_of: frozenset[str] = frozenset()
    statuses: frozenset[int] = frozenset()
    inside: str = ""
    word: str = "status"

    def is_it(self, known: Document) -> bool:
        """Whether a document with these members (folded) is of this format."""
        return (
            self.marks <= known.keys()
            and (not self.one_of or bool(self.one_of & known.keys()))
            and all(isinstance(known[name], kind) for name, kind in self.kinds.items())
        )

    def read(self, document: Document, words: Words) -> Content:
        """Read a document of this format."""
        said = spelled(document, self.numbers) if self.numbers else document
        own = self.status(folded(said)) if self.status else None
        own = own or own_status(said, words)
        found: list[Member] = []
        inner = folded(said).get(self.inside)
        for held in (said, inner if isinstance(inner, dict) else {}):
            for name, value in held.items():
                if key(name) in self.containers and isinstance(value, list | dict):
                    found += (self._part(each) for each in members(value, Place.SURE))
        return Content(self.name, own, parts_of(found, words), reason_of(said), self.statuses)

    def _part(self, member: Member) -> Member:
        name, value, place = member
        if self.word == "status" or not isinstance(value, dict) or self.word not in value:
            return member
        return name, {**value, "status": value[self.word]}, place


def _vault(known: Document) -> Said:
    """Say how a Vault is: sys/health, API documentation; a standby serves, by the active one."""
    if known["sealed"] is True or known["initialized"] is False or known.get("removedfromcluster"):
        return Said(Verdict.FAIL)
    stands_by = known.get("standby") is True or known.get("performancestandby") is True
    return Said(Verdict.WARN if stands_by else Verdict.PASS)


def _statuspage(known: Document) -> Said | None:
    """Say what a page's indicator says: none, minor, major, critical (its API), maintenance."""
    indicator = folded(known["status"]).get("indicator")
    verdicts = {"none": Verdict.PASS, "minor": Verdict.WARN, "maintenance": Verdict.WARN,
                "major": Verdict.FAIL, "critical": Verdict.FAIL}  # fmt: skip
    verdict = verdicts.get(str(indicator))
    return Said(verdict) if verdict else None


def _search(known: Document) -> Said | None:
    """Say what a cluster's colour says; that the request timed out is of the request."""
    verdicts = {"green": Verdict.PASS, "yellow": Verdict.WARN, "red": Verdict.FAIL}
    colour = str(known["status"]).lower()
    return Said(verdicts[colour]) if colour in verdicts else None


def _kibana(known: Document) -> Said | None:
    overall = folded(known["status"]).get("overall")
    said = folded(overall) if isinstance(overall, dict) else {}
    return own_status({"status": said.get("level") or said.get("state")}, {})


def _grpc(known: Document) -> Said | None:
    """Say what a code of gRPC's comes to (google.rpc.Status): 0 is OK, 1 to 16 are errors."""
    code = known["code"]
    return Said(Verdict.FAIL if code else Verdict.PASS) if 0 <= code <= 16 else None


def _kubernetes(known: Document) -> Said | None:
    """Say how an object is: by its conditions, by its phase where it has none of Ready."""
    status = folded(known["status"])
    if said := condition_word(status):
        return own_status({"status": said[0]}, {})
    return own_status({"status": status.get("phase"), "health": status.get("health")}, {})


_OBJECTS = (list, dict)
FORMATS = (
    Format("Vault", frozenset({"initialized", "sealed"}), status=_vault,
           statuses=frozenset({429, 472, 473})),  # standby, replica of recovery, of performance
    Format("Statuspage", frozenset({"page", "status"}), ("components",),
           kinds={"page": dict, "status": dict}, status=_statuspage),
    Format("Instatus", frozenset({"page"}), ("components",), kinds={"page": dict},
           status=lambda known: own_status({"status": folded(known["page"]).get("status")}, {})),
    Format("Kibana", frozenset({"status"}), ("statuses", "core", "plugins"), inside="status",
           word="level", kinds={"status": dict}, status=_kibana,
           one_of=frozenset({"uuid", "metrics"})),
    Format("Elasticsearch", frozenset({"clustername", "status"}),
           one_of=frozenset({"timedout", "numberofnodes", "activeshards"}), status=_search),
    Format("Laravel Health", frozenset({"checkresults"}), ("checkresults",),
           kinds={"checkresults": list}),
    Format("LiipMonitor", frozenset({"globalstatus", "checks"}), ("checks",), numbers=_LIIP),
    Format("ASP.NET", frozenset({"entries"}), ("entries",), kinds={"entries": _OBJECTS},
           numbers=ASPNET_NUMBERS, one_of=frozenset({"status", "totalduration", "onstatefrom"})),
    Format("ASP.NET", frozenset({"status", "totalduration"}),
           ("entries", "results", "checks", "info", "errors", "dependencies", "components"),
           numbers=ASPNET_NUMBERS),
    Format("ASP.NET", frozenset({"status", "results"}), ("results",),
           kinds={"results": dict, "status": (str, int)}, numbers=ASPNET_NUMBERS),
    Format("ASP.NET", frozenset({"status", "info"}), ("info",), kinds={"info": list},
           numbers=ASPNET_NUMBERS),
    Format("application/health+json", frozenset({"status", "checks"}), ("checks",),
           kinds={"status": str, "checks": dict}),
    Format("MicroProfile Health", frozenset({"checks"}), ("checks",), kinds={"checks": list},
           one_of=frozenset({"status", "outcome"})),
    Format("Kubernetes object", frozenset({"kind", "status", "metadata"}),
           kinds={"status": dict, "metadata": dict}, status=_kubernetes),
    Format("gRPC", frozenset({"code", "message", "details"}), ("details",),
           kinds={"code": int, "message": str, "details": list}, status=_grpc),
    Format("Kafka Connect", frozenset({"connector", "tasks"}), ("tasks",),
           kinds={"connector": dict, "tasks": list},
           status=lambda known: own_status(known["connector"], {}, Whose.PART)),
)  # fmt: skip


# By the one of its marks that fewest documents have, each with its place in the order.
_COMMON = frozenset({"status", "checks", "info"})
_BY_MARK: dict[str, list[tuple[int, Format]]] = {}
for _number, _format in enumerate(FORMATS):
    _mark = min(_format.marks, key=lambda name: (name in _COMMON, name == "status", name))
    _BY_MARK.setdefault(_mark, []).append((_number, _format))

# A part that says in a word what its number means: its numbers are another format's.
_NAMED_NUMBERS = frozenset({"statusname", "statustext", "statuslabel", "statusdescription"})


def format_of(known: Document) -> Format | None:
    """Return the known format of a document with these members (folded)."""
    marked = known.keys() & _BY_MARK.keys()
    if not marked:
        return None
    candidates = (each for name in marked for each in _BY_MARK[name])
    found = [(number, each) for number, each in candidates if each.is_it(known)]
    return min(found, key=lambda each: each[0])[1] if found else None


def spelled(document: Document, numbers: dict[int, str]) -> Document:
    """Return a document with its status numbers as words, one level of members deep."""
    if _NAMED_NUMBERS & {key(name) for name in document}:
        return document
    members = {name: _spelled_members(value, numbers) for name, value in document.items()}
    return _status_spelled(members, numbers)


def _spelled_members(value: Any, numbers: dict[int, str]) -> Any:
    if isinstance(value, list):
        return [_status_spelled(item, numbers) for item in value]
    if isinstance(value, dict):
        return {name: _status_spelled(item, numbers) for name, item in value.items()}
    return value


def _status_spelled[T](value: T, numbers: dict[int, str]) -> T | Document:
    if not isinstance(value, dict) or _NAMED_NUMBERS & {key(name) for name in value}:
        return value
    return {
        name: numbers[inner]
        if key(name) == "status" and type(inner) is int and inner in numbers
        else inner
        for name, inner in value.items()
    }
