"""What a round did, fit to read after an invocation."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from health_polling.documents import EndpointList
from health_polling.figures import Polled
from health_polling.verdict import Verdict
from health_polling.watch import Change

MOST_TROUBLES = 50


@dataclass(slots=True)
class Report:
    """A round: what was found, what changed, what was told; ``errors`` are what went wrong.

    ``left_out`` when it fell into maintenance that availability leaves out.
    """

    polled: list[Polled] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)
    our_fault: bool = False
    page_written: bool = False
    left_out: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether every endpoint was judged, and what it came to was kept and told."""
        known = all(each.judgement.verdict is not Verdict.UNKNOWN for each in self.polled)
        return bool(self.polled) and known and not self.errors

    def as_json(self, listed: EndpointList) -> dict[str, Any]:
        """Return the answer of the function."""
        verdicts = [each.judgement.verdict for each in self.polled]
        return {
            "endpoints": len(verdicts),
            "verdicts": {v.value: verdicts.count(v) for v in Verdict if v in verdicts},
            "troubles": [
                {"endpoint": each.name, "verdict": each.judgement.verdict.value,
                 "reason": each.judgement.reason}
                for each in self.polled
                if each.judgement.verdict is not Verdict.PASS
            ][:MOST_TROUBLES],
            "changes": [f"{c.service} {c.component}".strip() + (" down" if c.is_down else " up")
                        for c in self.changes],
            "told": self.told,
            "our_network_is_at_fault": self.our_fault,
            "page_written": self.page_written,
            "left_out_as_maintenance": self.left_out,
            "problems": [f"{p.where}: {p.text}" for p in listed.problems],
        }  # fmt: skip
