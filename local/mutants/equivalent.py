"""Changes that change nothing: no test can notice them, and they are not drawn.

Each names its line, so that it holds no longer than the line does, and says why. What is merely
hard to notice does not belong here.
"""

from __future__ import annotations

from dataclasses import dataclass

from local.mutants.mutations import Mutation


@dataclass(frozen=True, slots=True)
class Equivalent:
    """A change of ``old`` to ``new`` in a line of a file, and why the program stays the same."""

    path: str
    line: str
    old: str
    new: str
    why: str

    def is_of(self, mutation: Mutation, source: str) -> bool:
        """Tell whether a mutation of a module's source is this one."""
        return (mutation.path, mutation.old, mutation.new) == (self.path, self.old, self.new) and (
            source.splitlines()[mutation.line - 1].strip() == self.line
        )


EQUIVALENT = (
    Equivalent(
        "functions/alarm_fanout/observe.py", "_LONG_AGO = datetime.fromtimestamp(0, UTC)",
        "0", "(1)", "every alarm changes later than either: CloudWatch has them since 2009",
    ),
    Equivalent(
        "functions/health_polling/documents.py", 'plain = EndpointEntry(url=" ")',
        '" "', "(' ~')", "the address is left out again before anything is read",
    ),
    Equivalent(
        "functions/health_polling/reading/markup.py",
        'if len(text) > _LONGEST or _HTML.match(bare) or "<!" in bare.replace("<!--", ""):',
        '""', "('~')", "only what a comment began with is replaced, and its place is not read",
    ),
    Equivalent(
        "functions/access_logs/reading.py",
        "if end and size + end >= BLOCK // 2:  # no network hands out as much at once as is asked"
        " for",
        "size + end >= BLOCK // 2", "(size + end > BLOCK // 2)",
        "blocks of a byte more hold the same lines",
    ),
    Equivalent(
        "functions/access_logs/sums.py",
        '_BUCKET_OF = np.searchsorted(EDGES, np.arange(1 << 15), side="right")'
        "  # of the usual times",
        "1", "(2)", "times beyond the table are looked up in what it is made of",
    ),
    Equivalent(
        "functions/access_logs/sums.py",
        '_BUCKET_OF = np.searchsorted(EDGES, np.arange(1 << 15), side="right")'
        "  # of the usual times",
        "15", "(16)", "times beyond the table are looked up in what it is made of",
    ),
    Equivalent(
        "functions/access_logs/tally.py",
        "_LONGEST_ADDRESS = 64  # what is longer is none, and is not kept to be known again",
        "64", "(65)", "no address has so many characters",
    ),
    Equivalent(
        "functions/reporting/asking/buckets.py",
        'code = error.response.get("Error", {}).get("Code", "")',
        '""', "('~')", "no error is called so: either is none of those that are known",
    ),
    Equivalent(
        "layers/shared/avatarwatch/kpi/readings.py", 'LOGS = "Logs Insights"',
        '"Logs Insights"', "('Logs Insights~')", "no metric is put or read under this name",
    ),
)  # fmt: skip


def is_known(mutation: Mutation, source: str) -> bool:
    """Tell whether a mutation is known to change nothing."""
    return any(each.is_of(mutation, source) for each in EQUIVALENT)
