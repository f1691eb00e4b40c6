"""The words in which services say how they are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from health_polling.reading.names import PARTS
from health_polling.verdict import Verdict

type Words = Mapping[str, Verdict]  # an endpoint's own words, folded

MOST = 60  # a longer text is a sentence, not a word

# Nobody says these of anything but health. The words of _WEAK are also modes, levels and flags
# ("logLevel": "error", "tier": "limited"): they count where health is known to be told.
_STRONG = {
    Verdict.PASS: """pass/passed/passing/ok/okay/up/healthy/operational/alive/reachable/serving/
        up and running/alive and well/i am alive/i m alive/im alive/all systems go/working/all ok/
        all good/all clear/success/successful/succeeded/in service/imok/pong/serving traffic/
        accepting traffic/ready to serve/a ok/looks good/looking good""",
    Verdict.WARN: """degraded/degraded performance/partial/partially available/partially degraded/
        partially healthy/partial outage/minor outage/impaired/unstable/has issues/hasissues/
        experiencing issues/flapping/degradation/partial degradation/performance degradation/
        minor incident""",
    Verdict.FAIL: """fail/failed/failing/failure/down/unhealthy/unreachable/unavailable/outage/
        major outage/full outage/complete outage/critical outage/total outage/disconnected/
        not connected/crashed/crash/dead/ko/nok/broken/out of service/not serving/not ok/
        temporarily unavailable/offline/downtime/service disruption/disrupted/major incident/
        refusing traffic/out of rotation/unavail/hard down/nonoperational/inaccessible/deadlocked/
        crash loop back off/image pull back off/err image pull/oom killed/oomkilled""",
}
_WEAK = {
    Verdict.PASS: """green/available/running/ready/connected/active/online/enabled/normal/true/
        yes/started/open/opened/good/fine/none/live/well/stable/nominal/idle/listening/accepting/
        synced/in sync/responding/responsive/functional/functioning/complete/completed/
        initialized/loaded/mounted/present/valid/established/authenticated/resolved/finished/
        steady/y/on/great/perfect/excellent/consistent/readable/writable/current/up to date/
        under control/keepalive/correct/in rotation/provisioned/deployed/streaming/bound/
        configured/allocated/mixed/done/accepted/standalone/clustered""",
    Verdict.WARN: """warn/warning/slow/yellow/amber/orange/limited/maintenance/under maintenance/
        maintenance mode/in maintenance/minor/stale/starting/starting up/initializing/
        initialising/pre initializing/loading/booting/warming up/pending/draining/restarting/
        recovering/syncing/lagging/busy/overloaded/throttled/suspended/paused/rebuilding/
        migrating/half open/circuit half open/at risk/reduced/delayed/low/high/restricted/
        read only/readonly/not ready yet/outdated/db migration needed/db migration running/
        all under maintenance/undermaintenance/concerning/fair/attention/needs attention/
        expiring/failing over/
        catching up/behind/resyncing/out of sync/unsynced/throttling/rate limited/slow response/
        recoverable error/minor issue/minor issues/impacted/partial/reconnecting/retrying/
        connecting/upgrading/updating/suboptimal/sub optimal/abnormal/intermittent/
        at capacity/advisory""",
    Verdict.FAIL: """error/errors/err/errored/critical/crit/red/inactive/timeout/timed out/
        time out/stopped/exited/stopping/shutting down/shutdown/shut down/terminating/terminated/
        fatal/
        not ready/false/no/major/missing/absent/not found/refused/rejected/denied/unauthorized/
        forbidden/expired/exhausted/full/corrupt/corrupted/lost/aborted/killed/panic/emergency/
        severe/not running/not responding/unresponsive/no leader/no connection/no connectivity/
        no response/no answer/no route/no quorum/bad/bad gateway/gateway timeout/
        internal server error/circuit open/sealed/not initialized/n/exception/invalid/unusable/
        no healthy upstream/hung/stuck/blocked/unsuccessful/not working/closed by peer/
        connection refused/connection reset/connection closed/connection lost/connection failed/
        connection error/connection timeout/connection timed out/could not connect/cannot connect/
        unable to connect/service degraded to read only/incomplete/inoperative/inoperable/
        dysfunctional/evicted/faulted/faulty/fault/tripped/defunct/zombie/no primary/no master/
        no heartbeat/danger/stalled/halted/wedged/
        no route to host/no such host/misconfigured/out of memory/out of disk/
        out of disk space/interrupted/handshake failed""",
}
# As services say it in German, French, Spanish, Italian and Portuguese.
_TONGUES = {
    Verdict.PASS: """bereit/aktiv/verfügbar/erreichbar/betriebsbereit/actif/opérationnel/en ligne/
        activo/operativo/disponible/en línea/attivo/disponibile/ativo/disponível/operacional""",
    Verdict.WARN: """eingeschränkt/beeinträchtigt/wartung/in wartung/dégradé/en maintenance/
        degradado/mantenimiento/en mantenimiento/degradato/in manutenzione/em manutenção""",
    Verdict.FAIL: """ausgefallen/nicht verfügbar/nicht erreichbar/gestört/störung/fehler/defekt/
        en panne/hors service/hors ligne/indisponible/injoignable/caído/caido/caída/caida/
        no disponible/fuera de servicio/fuera de línea/desconectado/non disponibile/
        non raggiungibile/fuori servizio/guasto/fora do ar/indisponível/indisponivel""",
}
# It says that it says nothing.
_SILENT = """unknown/n a/na/skip/skipped/ignored/disabled/not configured/not applicable/unmonitored/
    not monitored/not checked/no check/not tested/unchecked/undefined/null/gray/grey/
    service unknown/unspecified/not available yet/optional/not used/unused/off/not enabled/
    not installed/decommissioned/
    standby/leader/follower/primary/secondary/replica/arbiter/master/slave/passive"""


def _listed(text: str) -> list[str]:
    return [" ".join(word.split()) for word in text.split("/")]


_VERDICTS: dict[str, Verdict] = {
    **dict.fromkeys(_listed(_SILENT), Verdict.UNKNOWN),
    **{word: verdict for verdict, words in _WEAK.items() for word in _listed(words)},
    **{word: verdict for verdict, words in _TONGUES.items() for word in _listed(words)},
    **{word: verdict for verdict, words in _STRONG.items() for word in _listed(words)},
}
# States of what is sold, signed up for or planned as much as of what runs.
_MILD = frozenset(_listed("""inactive/suspended/paused/pending/expired/rejected/denied/limited/
    maintenance/low/high/missing/absent/incomplete/invalid/no/false/blocked/restricted/reduced/
    read only/readonly/delayed/outdated/stale/starting/draining/busy/attention/forbidden/
    unauthorized/not found/expiring/minor/at risk/behind/partial/updating/upgrading/loading/
    fair"""))  # fmt: skip
STRONG = frozenset(
    word for text in (*_STRONG.values(), _TONGUES[Verdict.FAIL]) for word in _listed(text)
)
_SIGNS = str.maketrans(
    {
        **dict.fromkeys("✅✔✓☑🟢💚👍", " ok "),
        **dict.fromkeys("❌✗✘✖🔴🛑⛔💔👎🚨", " down "),
        **dict.fromkeys("⚠🟡🟠💛", " degraded "),
    }
)
_INVERSE = {Verdict.PASS: Verdict.FAIL, Verdict.WARN: Verdict.PASS, Verdict.FAIL: Verdict.PASS}
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_AROUND = " \t\r\n.!\"'`*+-_:;,()[]<>|=#~\ufe0f"
# What stands around a word and says nothing: HEALTH_OK, check_result_ok, "Service Unavailable".
_BEFORE = re.compile(
    r"(?:health(?: check)?|healthcheck|check result|check|status|state|the|service|system|systems|"
    r"server|node|application|app|all|everything|services|components|checks|is|are|it|fully|currently|"
    r"now|completely|totally|very|err|still|has|have|been|serving status|condition) "
)
_AFTER = re.compile(
    r" (?:performance|service|services|state|mode|status|condition|check|checks|now|again|"
    r"functionality|connection|for connections|normally|properly|correctly|as expected|well|core|"
    r"noncore)$"
)
_NEGATED = re.compile(r"(?:not|non|isn t|aren t|never|no longer|not yet) ")
_NO = re.compile(r"(?:no|zero|0|without|without any|no known|no active|no open) ")
_ILLS = frozenset(
    "error errors problem problems issue issues failure failures fault faults incident incidents "
    "outage outages warning warnings alert alerts alarm alarms".split()
)
# Of which a word is said: what an application leans on, and what can happen on the way to it.
_THINGS = PARTS | frozenset(
    """host dns disk certificate cert tls ssl handshake login read write request query heartbeat
    ping probe socket tcp http resolution lookup memory port node quorum credentials session
    transaction replication sync startup process thread pool connect health check response
    connectivity link the a an my""".split()
)
_TO = frozenset("to from with of by at on in".split())
# Of what a thing went through: start failed, DEPLOY_FAILED.
_WENT_WRONG = re.compile(
    r"(?!(?:no|none|not|nothing|never|zero|if|any|last|once|previously) )[a-z]+(?: [a-z]+)? failed"
)
_HTTP = re.compile(r"(?:http )?(?:status )?([1-5]\d\d)(?: [a-z ]{0,40})?")
# Those that servers send (RFC 9110, section 15; nginx, Cloudflare); others are of something else.
HTTP = frozenset(
    (*range(200, 207), 301, 302, 303, 304, 307, 308, *range(400, 412), *range(421, 427),
     418, 428, 429, 431, 451, 499, *range(500, 506), 507, 508, 511, *range(520, 528), 530)
)  # fmt: skip


@lru_cache(4096)
def fold(text: str) -> str:
    """Return the one form of a word however it is written.

    >>> fold("OUT_OF_SERVICE"), fold("outOfService"), fold(" Out-of-service. ")
    ('out of service', 'out of service', 'out of service')
    """
    spaced = _CAMEL.sub(" ", text.translate(_SIGNS))
    return " ".join(re.sub(r"[_\-/\u2019']", " ", spaced).strip(_AROUND).lower().split())


def verdict_of(value: Any, words: Words | None = None) -> Verdict | None:
    """Return what a status value says, None where it is no status that we know.

    >>> verdict_of("UP"), verdict_of("Not healthy"), verdict_of(False), verdict_of("1.0.3")
    (<Verdict.PASS: 'pass'>, <Verdict.FAIL: 'fail'>, <Verdict.FAIL: 'fail'>, None)
    """
    if isinstance(value, bool):
        return Verdict.PASS if value else Verdict.FAIL
    if not isinstance(value, str) or len(value) > MOST:
        return None
    folded = fold(value)
    if words and folded in words:
        return words[folded]
    return _said(folded)


@lru_cache(4096)
def _said(word: str) -> Verdict | None:
    if word in _VERDICTS:
        return _VERDICTS[word]
    if http := _HTTP.fullmatch(word):
        verdicts = {"2": Verdict.PASS, "4": Verdict.FAIL, "5": Verdict.FAIL}
        return verdicts.get(http[1][0]) if int(http[1]) in HTTP else None
    if negated := _NEGATED.match(word):
        known = _said(word[negated.end() :])
        return _INVERSE.get(known) if known else None
    if without := _NO.match(word):
        ills = word[without.end() :].split()
        if len(ills) <= 2 and ills[:1] and ills[0] in _ILLS:
            return Verdict.PASS
    return _inside(word)


def _inside(word: str) -> Verdict | None:
    """Return what is left to say without the words around that say nothing."""
    if word.startswith(("partially ", "partly ", "partial ", "mostly ")):
        return Verdict.WARN if _said(word.split(" ", 1)[1]) else None
    if before := _BEFORE.match(word):
        return _said(word[before.end() :])
    if after := _AFTER.search(word):
        return _said(word[: after.start()])
    said = {_VERDICTS.get(each) for each in word.split()}
    return said.pop() if len(said) == 1 and None not in said else _of_something(word)  # "green OK"


def _of_something(word: str) -> Verdict | None:
    """Return what is said of a thing: "certificate expired", "not connected to the broker"."""
    listed = word.split()
    for count in range(1, min(len(listed), 4)):
        if _THINGS.issuperset(listed[:count]) and (said := _said(" ".join(listed[count:]))):
            return said
    for count in range(len(listed) - 1, 0, -1):
        rest = listed[count + 1 :] if listed[count] in _TO else listed[count:]
        if rest and _THINGS.issuperset(rest) and (said := _said(" ".join(listed[:count]))):
            return said
    return Verdict.FAIL if _WENT_WRONG.fullmatch(word) else None


def is_mild(value: str) -> bool:
    """Whether a word is as often said of an order or a plan as of what runs."""
    return fold(value) in _MILD


def is_strong(value: str) -> bool:
    """Whether a word is said of nothing but health."""
    folded = fold(value)
    return folded in STRONG or bool(_NEGATED.match(folded))
