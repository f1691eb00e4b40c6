"""What was told and what is open, in StateTable."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from alarm_fanout.alert import Alert
from alarm_fanout.incident import Incident
from alarm_fanout.mutes import Mute
from alarm_fanout.parsers.texts import bounded_key
from alarm_fanout.stored import read, stored
from avatarwatch.state import ConflictError, Document, DocumentStore

KEPT = timedelta(days=30)
KEPT_CHARACTERS = 2000  # of each long text of an alert: enough to tell it again
_TRIES = 8


class BusyError(Exception):
    """Others kept writing the same document; the message is tried again later."""


@dataclass(slots=True)
class Ledger:
    """Incidents, mutes and composites' children, read once and written with conditions."""

    store: DocumentStore
    _known: dict[str, Document] = field(default_factory=dict)

    def open(self, keys: Iterable[str]) -> dict[str, str]:
        """Read incidents, and return the key of the composite above each that has one.

        In one request: an alert waits for it.
        """
        kinds = ("incident", "parent")
        found = self.store.get_many((kind, key) for key in sorted(keys) for kind in kinds)
        self._keep(each for each in found.values() if each.key[0] == "incident")
        return {
            document.key[1]: str(document.body["parent"])
            for document in found.values()
            if document.key[0] == "parent"
        }

    def load(self, keys: Iterable[str]) -> dict[str, Incident]:
        """Read incidents afresh; those that exist, by key."""
        found = self.store.get_many(("incident", key) for key in keys)
        self._keep(found.values())
        return {document.key[1]: read(document, Incident) for document in found.values()}

    def incidents(self) -> list[Incident]:
        """Read every incident that has not expired."""
        documents = list(self.store.query("incident"))
        self._keep(documents)
        return [read(document, Incident) for document in documents]

    def _keep(self, incidents: Iterable[Document]) -> None:
        self._known.update({document.key[1]: document for document in incidents})

    def change[T](
        self, key: str, decide: Callable[[Incident | None], tuple[Incident, T]], now: datetime
    ) -> T:
        """Write what ``decide`` makes of an incident and return what else it says.

        It decides again when another was faster, so it must be pure.

        Raises
        ------
        BusyError
            Another was faster too often.
        """
        for _ in range(_TRIES):
            document = self._known.get(key) or Document(("incident", key), 0, {})
            before = read(document, Incident) if document.version else None
            after, result = decide(before)
            if after == before:
                return result
            try:
                self._known[key] = self.store.put(
                    replace(document, body=stored(_slim(after))), now + KEPT
                )
            except ConflictError:
                self._known.pop(key, None)
                self.load([key])
                continue
            return result
        raise BusyError(key)

    def adopt(self, incident: Incident, now: datetime) -> None:
        """Remember of which composite alarm others are the children."""
        for child in incident.alert.children:
            if not child.arn:
                continue
            key = ("parent", bounded_key(child.arn))
            version = getattr(self.store.get(key), "version", 0)
            try:
                self.store.put(Document(key, version, {"parent": incident.key}), now + KEPT)
            except ConflictError:  # its parent is being written by another, who knows as much
                continue

    def parents(self, links: Mapping[str, str]) -> dict[str, Incident]:
        """Return the open composite above each alert that is linked to one."""
        above = self.load(links.values()) if links else {}
        return {
            child: above[parent]
            for child, parent in links.items()
            if parent in above and above[parent].is_open
        }

    def mutes(self) -> list[Mute]:
        """Return every mute, those that have ended and wait for the tick included."""
        return [read(document, Mute) for document in self.store.query("mute")]

    def save_mute(self, mute: Mute) -> None:
        """Write a mute, replacing the one with the same pattern."""
        key = ("mute", mute.alarms)
        version = getattr(self.store.get(key), "version", 0)
        self.store.put(Document(key, version, stored(mute)), mute.until + KEPT)

    def drop_mute(self, alarms: str) -> Mute | None:
        """Delete a mute by its pattern and return it, None when there is none."""
        document = self.store.get(("mute", alarms))
        if document is None:
            return None
        self.store.delete(document)
        return read(document, Mute)


def _slim(incident: Incident) -> Incident:
    """Shorten an alert's long texts: a document holds 400 KB, and nobody reads them twice."""
    alert: Alert = incident.alert
    return replace(
        incident,
        alert=replace(
            alert,
            summary=alert.summary[:KEPT_CHARACTERS],
            description=alert.description[:KEPT_CHARACTERS],
            reason=alert.reason[:KEPT_CHARACTERS],
            facts=tuple((name[:200], text[:KEPT_CHARACTERS]) for name, text in alert.facts[:20]),
            children=alert.children[:100],
        ),
    )
