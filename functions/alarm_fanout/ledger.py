"""What was told and what is open, in StateTable."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from alarm_fanout.alert import Alert
from alarm_fanout.incident import Incident
from alarm_fanout.inhibition import Level
from alarm_fanout.parsers.texts import bounded_key
from avatarwatch.alert_state import AlertState
from avatarwatch.episodes import Episode, keep
from avatarwatch.mutes import PARTITION, Mute
from avatarwatch.state_table.codec import decode
from avatarwatch.state_table.documents import DocumentStore, Json, UnreadableError
from avatarwatch.state_table.partition import BusyError, Partition, forgotten

KEPT = timedelta(days=30)
KEPT_OPEN = timedelta(days=400)  # acknowledged, it is written when it ends: months later, perhaps
_TOLD = frozenset({"notices", "answers"})  # fields of an incident
KEPT_MEASURES = timedelta(days=400)  # written when an alarm is new or its threshold changes
MEASURE_LIMIT = 50  # alarms of one metric that know of each other
SENTENCE = 300  # characters of what an episode says
KEPT_CHARACTERS = 2000  # of each long text of an alert: enough to tell it again


@dataclass(frozen=True, slots=True)
class _Parent:
    """The composite alarm above an alarm, by its incident's key."""

    parent: str


@dataclass(frozen=True, slots=True)
class _Measure:
    """The levels of the alerts that judge one measure, by their incidents' keys."""

    levels: Mapping[str, Level]


@dataclass(slots=True)
class Ledger:
    """Incidents, mutes and who belongs to whom, read once and written with conditions."""

    store: DocumentStore
    _incidents: Partition[Incident] = field(init=False)
    _parents: Partition[_Parent] = field(init=False)
    _mutes: Partition[Mute] = field(init=False)
    _measures: Partition[_Measure] = field(init=False)

    def __post_init__(self) -> None:
        """Make the partitions."""
        self._incidents = Partition(self.store, "incident", Incident, _kept, rescue=_rescued)
        self._parents = Partition(self.store, "parent", _Parent, KEPT, rescue=forgotten)
        self._mutes = Partition(self.store, PARTITION, Mute, KEPT, rescue=forgotten)
        self._measures = Partition(self.store, "measure", _Measure, KEPT_MEASURES, rescue=forgotten)

    def open(self, keys: Iterable[str], measures: Iterable[str]) -> dict[str, str]:
        """Read incidents and measures, and return the key of the composite above each that has one.

        In one request: an alert waits for it.
        """
        wanted, judged = sorted(keys), sorted(measures)
        found = self.store.get_many([
            *(part.at(key) for key in wanted for part in (self._incidents, self._parents)),
            *map(self._measures.at, judged),
        ])  # fmt: skip
        self._measures.remember(judged, found)
        self._incidents.remember(wanted, found)
        links = self._parents.remember(wanted, found)
        return {
            child: link.parent
            for child, document in links.items()
            if (link := self._parents.value(document))
        }

    def load(self, keys: Iterable[str]) -> dict[str, Incident]:
        """Read incidents afresh; those that exist, by key."""
        return self._incidents.read(keys)

    def known(self, key: str) -> Incident | None:
        """Return an incident as it was read or written last."""
        return self._incidents.value(self._incidents.document(key))

    def levels(self, measure: str) -> Mapping[str, Level]:
        """Return the levels of all alerts that judge a measure, by their incidents' keys."""
        known = self._measures.value(self._measures.document(measure))
        return known.levels if known else {}

    def note_levels(
        self, measure: str, own: Mapping[str, Level], now: datetime
    ) -> Mapping[str, Level]:
        """Note the levels of alerts in a measure, and return those of all that judge it."""

        def noted(known: _Measure | None) -> tuple[_Measure, Mapping[str, Level]]:
            levels = dict(known.levels) if known else {}
            if known and own.items() <= levels.items():
                return known, levels
            others = {key: level for key, level in levels.items() if key not in own}
            levels = dict([*others.items(), *own.items()][-MEASURE_LIMIT:])
            return _Measure(levels), levels

        try:
            return self._measures.change(measure, noted, now)
        except BusyError:  # told by itself rather than late
            return own

    def incidents(self) -> list[Incident]:
        """Read every incident that has not expired."""
        return list(self._incidents.all().values())

    def change[T](
        self, key: str, decide: Callable[[Incident | None], tuple[Incident, T]], now: datetime
    ) -> T:
        """Write what ``decide`` makes of an incident and return what else it says.

        It decides again when another was faster, so it must be pure. What is over leaves an
        episode for the reports.

        Raises
        ------
        BusyError
            Another was faster too often.
        """

        def slimmed(known: Incident | None) -> tuple[Incident, tuple[T, Episode | None]]:
            after, result = decide(known)
            slim = after if after == known else _slim(after)
            return slim, (result, episode_of(known, slim))

        result, episode = self._incidents.change(key, slimmed, now)
        if episode:
            with suppress(BusyError):  # another writes the same one
                keep(self.store, episode, now)
        return result

    def adopt(self, incident: Incident, now: datetime) -> None:
        """Remember of which composite alarm others are the children."""
        children = [bounded_key(child.arn) for child in incident.alert.children if child.arn]
        if children:
            self._parents.read(children)
        for key in children:
            with suppress(BusyError):  # its parent is being written by others, who know as much
                self._parents.set(key, _Parent(incident.key), now)

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
        return list(self._mutes.all().values())

    def save_mute(self, mute: Mute) -> None:
        """Write a mute, replacing the one with the same key."""
        self._mutes.set(mute.key, mute, mute.until)

    def mend(self, now: datetime) -> dict[str, str]:
        """Write over what could not be read; return why, by the document's name.

        Who belongs to whom is learnt anew with the next alert: of that nobody need know.
        """
        self._parents.mend(now)
        self._measures.mend(now)
        return {
            f"{partition.key}/{name}": why
            for partition in (self._incidents, self._mutes)
            for name, why in partition.mend(now).items()
        }

    def drop_mute(self, key: str) -> Mute | None:
        """Delete a mute by its key and return it, None when there is none."""
        return self._mutes.delete(key)


def _kept(incident: Incident) -> timedelta:
    return KEPT_OPEN if incident.is_open else KEPT


def _rescued(body: Json) -> Incident | None:
    """Return what can be read of an incident, None where that is too little.

    What was told of it, and who answered, is the first that is left out: of another version it has
    other words.
    """
    for left_out in (_TOLD, _TOLD | {"refs", "also", "changes"}):
        with suppress(UnreadableError):
            kept = {name: value for name, value in body.items() if name not in left_out}
            return decode(kept, Incident)
    return None


def episode_of(known: Incident | None, after: Incident) -> Episode | None:
    """Return what a change has ended or told once, None where the alert goes on as it was."""
    alert, first = after.alert, after.acknowledged
    is_event = alert.state is AlertState.INFO
    if is_event and known and known.alert.change_id == alert.change_id:
        return None
    if not is_event and (
        after.is_open or after.closed_at is None or (known and known.closed_at == after.closed_at)
    ):
        return None
    return Episode(
        key=after.key,
        name=alert.name,
        kind=alert.kind,
        opened_at=alert.changed_at if is_event else after.opened_at,
        closed_at=None if is_event else after.closed_at,
        alert_id=alert.alert_id,
        sentence=(after.sentence or alert.summary or alert.reason)[:SENTENCE],
        flapped=after.flapping_since is not None,
        is_event=is_event,
        acknowledged_at=max(first.at, after.opened_at or first.at) if first else None,
        acknowledged_by=first.by if first else "",
    )


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
