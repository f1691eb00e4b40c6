"""What components are called: told apart, storable, and which names are such of parts at all."""

from __future__ import annotations

import re
import unicodedata
import zlib
from functools import lru_cache

from avatarwatch.hidden import hidden

MOST = 60
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_WORD = re.compile(r"[^\W_]+")
# What an application leans on. Beside a document's own status a flag or a mild word counts only
# under such a name.
_NEEDED = frozenset(
    """database databases db dbs sql mysql mariadb postgres postgresql pg pgsql mssql sqlserver
    oracle sqlite mongo mongodb redis valkey memcached memcache elasticsearch opensearch
    elastic solr cassandra scylla dynamodb dynamo couchdb clickhouse neo4j kafka rabbitmq
    rabbit amqp activemq nats pulsar sqs sns s3 gcs minio smtp ldap zookeeper etcd
    metadatabase datastore liveness readiness cockroachdb influxdb timescaledb firestore
    cosmosdb""".split()
)
PARTS = _NEEDED | frozenset(
    """cache caches blob bucket storage filesystem filestore disk diskspace queue queues broker mq
    worker workers celery sidekiq resque scheduler triggerer mail mailer email auth oauth idp
    keycloak vault consul api apis gateway service services backend backends upstream server
    servers cdn dns network internet ftp sftp payment payments stripe paypal proxy replica
    cluster certificate cert websocket grpc stream connection connections migrations search
    indexer master leader frontend web webserver app consumer producer provider""".split()
)
_HEALTH = frozenset(
    "connected up ok healthy reachable alive available status state health connection check".split()
)
# Facts, whatever word they hold: "logLevel": "error", "lastBackup": {"status": "failed"}.
_FACTS = frozenset(
    """level mode modes last previous prior past severity policy tier type kind env environment
    version versions build release commit branch name message messages msg description reason
    default desired expected target code value indicator overall flag flags feature features
    history incident incidents event events alert alerts alarm alarms job jobs task tasks
    schedule scheduled maintenance maintenances region zone role hint help note notes example
    docs url uri links path id time timestamp date since until uptime if when max min
    threshold limit title label tags meta metadata metrics config configuration settings
    options request response headers user users error errors exception output detail trace
    stack stacktrace host hostname page failure failures
    trend direction position orientation sort order orders invoice invoices deploy deployment
    deployments pipeline pipelines ci rollout campaign campaigns subscription subscriptions
    customer customers tenant tenants runs builds executions attempts""".split()
)
# Done now and then: that one is not at work says nothing.
_ERRANDS = frozenset(
    """migration migrations backup backups sync import imports export exports reindex scan scans
    cleanup rebuild restore snapshot snapshots dump vacuum scrub migrate migrator
    init setup seed seeder""".split()
)
_EXACT_FACTS = frozenset(
    {"log", "logs", "logging", "data", "data center", "causes", "text", "link"}
)


@lru_cache(2048)
def shown(text: str, most: int = MOST) -> str:
    """Return a text that can be stored and shown: no controls, no lone surrogates, one line.

    A longer one is cut, and ends in a checksum of all of it: two that begin alike stay two.
    """
    clean = _clean(text)
    return clean if len(clean) <= most else marked(clean, text, most)


def marked(name: str, whole: str, most: int = MOST) -> str:
    """Return a name with a checksum of what it stands for."""
    return f"{name[: most - 9]}…{zlib.crc32(whole.encode('utf-8', 'surrogatepass')):08x}"


def storable(text: str, most: int) -> str:
    """Return a sentence that can be stored and shown: no secrets, cut at so many characters."""
    clean = hidden(_clean(text[: most * 2]))
    return clean if len(clean) <= most else clean[: most - 1] + "…"


def _clean(text: str) -> str:
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    whole = text.encode("utf-8", "replace").decode("utf-8")  # a lone surrogate becomes "?"
    kept = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in whole)
    return " ".join(kept.split())


@lru_cache(2048)
def tokens(name: str) -> tuple[str, ...]:
    """Return a name's words.

    >>> tokens("dbConnected"), tokens("log-level")
    (('db', 'connected'), ('log', 'level'))
    """
    return tuple(_WORD.findall(_CAMEL.sub(" ", name[:200]).lower()))


@lru_cache(2048)
def is_fact(name: str) -> bool:
    """Whether a member of this name says something else than how a part is."""
    words = tokens(name)
    return bool(_FACTS.intersection(words)) or " ".join(words) in _EXACT_FACTS


@lru_cache(2048)
def is_errand(name: str) -> bool:
    """Whether a member of this name is something that is done now and then."""
    return bool(_ERRANDS.intersection(tokens(name)))


@lru_cache(2048)
def is_part(name: str) -> bool:
    """Whether a member of this name is likely a part that an application leans on."""
    words = tokens(name)
    return bool(PARTS.intersection(words)) or words[-1:] in {("status",), ("health",), ("state",)}


def is_needed_status(name: str) -> bool:
    """Whether a member tells the status of what an application needs: redis_status, dbStatus."""
    *subject, last = tokens(name) or ("",)
    return last == "status" and bool(subject) and _NEEDED.issuperset(subject)


def is_part_flag(name: str) -> bool:
    """Whether a yes or no of this name says how a part is: redis, dbConnected, cache_ok."""
    words = tokens(name)
    if not words:
        return False
    if _NEEDED.issuperset(words):
        return True
    *subject, last = words
    return bool(subject) and last in _HEALTH and PARTS.issuperset(subject)
