"""The scenarios as data: a new one is one more entry of ``SCENARIOS``."""

from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

GIB = 1024**3

UPLOADS_PER_MINUTE = 30.0
"""Mean over a day: enough for a failure rate to mean something within 15 minutes, little enough
for a normal week to stay below the guide's growth of 10 GB."""
REQUESTS_PER_MINUTE = 400.0
"""Mean over a day of the CDN: its evening peak stays below the guide's 1,000 a minute."""


class Component(StrEnum):
    """The five components of the guide's health document, by their names in its JSON."""

    DATABASE = "database"
    REDIS = "redis"
    S3 = "s3"
    AVATAR_SERVICE = "avatarService"
    WORKERS = "workers"


class ComponentStyle(StrEnum):
    """How the health document writes a component's state."""

    OBJECTS = "objects"
    """``{"status": "unhealthy", ...}``: the guide's check overlooks it and answers 200."""
    STRINGS = "strings"
    """``"unhealthy"``: the guide's check sees it and answers 503."""


class ScenarioNotFoundError(LookupError):
    """No scenario has this name; the message lists those there are."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no scenario {name!r}; there are: {', '.join(SCENARIOS)}")


@dataclass(frozen=True, slots=True)
class UploadRates:
    """What happens to uploads; shares are 0 to 1, the guide's targets are the defaults."""

    per_minute: float = UPLOADS_PER_MINUTE
    failure_share: float = 0.004
    duplicate_share: float = 0.32
    multi_size_share: float = 0.4
    mean_duration_ms: float = 1200.0
    mean_rating: float = 4.6
    error_types: tuple[str, ...] = ("InvalidImage", "PayloadTooLarge", "StorageTimeout")


@dataclass(frozen=True, slots=True)
class CdnRates:
    """What happens to requests at the CDN; shares are 0 to 1."""

    per_minute: float = REQUESTS_PER_MINUTE
    mean_bytes: float = 25_000.0
    cache_hit_share: float = 0.96
    error_4xx_share: float = 0.004
    error_5xx_share: float = 0.0005
    origin_latency_ms: float = 180.0


@dataclass(frozen=True, slots=True)
class StorageDrift:
    """Storage that moves to a level by itself (an import, a clean-up), beside the uploads."""

    target_bytes: int
    bytes_per_minute: int


@dataclass(frozen=True, slots=True)
class HealthBehaviour:
    """How the health endpoint answers.

    `unhealthy` maps a failing component to its error text. `down` answers 503 without a document,
    as a load balancer does whose targets are gone.
    """

    unhealthy: tuple[tuple[Component, str], ...] = ()
    style: ComponentStyle = ComponentStyle.OBJECTS
    delay_ms: int = 20
    down: bool = False


@dataclass(frozen=True, slots=True)
class Scenario:
    """Rates and levels of one course of events.

    `diurnal_amplitude` is 0 (the same all day) to 1 (the night is silent): see `diurnal_factor`.
    """

    name: str
    summary: str
    uploads: UploadRates = field(default_factory=UploadRates)
    cdn: CdnRates = field(default_factory=CdnRates)
    health: HealthBehaviour = field(default_factory=HealthBehaviour)
    storage: StorageDrift | None = None
    diurnal_amplitude: float = 0.6


_REFUSED = "connect ECONNREFUSED 10.0.3.17:5432"

_ALL = (
    Scenario("normal_day", "All is well: quiet nights, an evening peak."),
    Scenario(
        "quiet_day",
        "A holiday: hardly anybody uploads or looks, and all is well.",
        uploads=UploadRates(per_minute=0.2),
        cdn=CdnRates(per_minute=40.0),
    ),
    Scenario(
        "upload_failures",
        "A bad release: nearly one upload in five fails, the others are slow.",
        uploads=UploadRates(
            failure_share=0.18,
            mean_duration_ms=2600.0,
            mean_rating=3.1,
            error_types=("ImageProcessingFailed",),
        ),
        health=HealthBehaviour(
            unhealthy=((Component.WORKERS, "3 of 4 workers crash on WebP images"),)
        ),
    ),
    Scenario(
        "database_down",
        "The database is gone; nearly every upload fails, yet the endpoint answers 200.",
        uploads=UploadRates(
            failure_share=0.97,
            mean_duration_ms=5000.0,
            mean_rating=1.8,
            error_types=("DatabaseUnavailable",),
        ),
        health=HealthBehaviour(unhealthy=((Component.DATABASE, _REFUSED),), delay_ms=400),
    ),
    Scenario(
        "database_down_reported",
        "As database_down, with components as plain strings: the guide's check sees it, 503.",
        uploads=UploadRates(failure_share=0.97, error_types=("DatabaseUnavailable",)),
        health=HealthBehaviour(
            unhealthy=((Component.DATABASE, _REFUSED),), style=ComponentStyle.STRINGS
        ),
    ),
    Scenario(
        "storage_growth",
        "An import fills the bucket past 50 and 100 GB.",
        storage=StorageDrift(target_bytes=120 * GIB, bytes_per_minute=3 * GIB),
    ),
    Scenario(
        "recovery",
        "After an incident: rates are normal again, the imported objects are removed.",
        uploads=UploadRates(mean_duration_ms=1250.0, mean_rating=4.4),
        storage=StorageDrift(target_bytes=40 * GIB, bytes_per_minute=6 * GIB),
    ),
    Scenario(
        "cdn_degraded",
        "The CDN's cache is cold and its origin slow: latency, cache hits and 5xx alarm.",
        cdn=CdnRates(cache_hit_share=0.82, error_5xx_share=0.07, origin_latency_ms=6500.0),
    ),
    Scenario(
        "endpoint_slow",
        "Health answers after six seconds.",
        health=HealthBehaviour((), delay_ms=6000),
    ),
    Scenario(
        "endpoint_down", "Health answers 503 without a document.", health=HealthBehaviour(down=True)
    ),
)

SCENARIOS = MappingProxyType({scenario.name: scenario for scenario in _ALL})


def scenario_named(name: str) -> Scenario:
    """Return the scenario of this name.

    Raises
    ------
    ScenarioNotFoundError
        There is none; the message lists the names.
    """
    try:
        return SCENARIOS[name]
    except KeyError:
        raise ScenarioNotFoundError(name) from None
