"""The model: a pure, seeded function from a scenario and a minute to its traffic."""

import math
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from random import Random
from uuid import UUID

from local.backend.scenarios import GIB, CdnRates, Component, Scenario, UploadRates
from local.backend.traffic import (
    CdnTraffic,
    Charges,
    ComponentHealth,
    MinuteOfTraffic,
    StorageLevel,
    SystemState,
    Upload,
)

MINUTE = timedelta(minutes=1)
_MINUTE_MS = 60_000
_PEAK_HOUR_UTC = 18

_MEDIAN_FILE_BYTES = 70_000
_FILE_SIGMA = 0.6  # 94 % of a log-normal lie between 20 and 200 KB
_MEAN_FILE_BYTES = _MEDIAN_FILE_BYTES * math.exp(_FILE_SIGMA**2 / 2)
_FILE_LIMITS = (2_000, 5_000_000)
_DURATION_SIGMA = 0.45
_STORED_SHARE = (0.3, 0.42)  # compression saves 58 to 70 %, the guide's target is 60
_RATED_SHARE = 0.05
_USERS = 8_000
_REQUEST_OVERHEAD_BYTES = 400

_MINUTES_PER_MONTH = 30 * 24 * 60
_S3_USD_PER_GIB_MONTH = 0.023
_CLOUDFRONT_USD_PER_GIB = 0.085

_HEALTHY_LATENCY_MS = {
    Component.DATABASE: 8,
    Component.REDIS: 1,
    Component.S3: 35,
    Component.AVATAR_SERVICE: 12,
    Component.WORKERS: 4,
}
_FAILING_LATENCY_MS = 5_000


def simulate_minute(
    scenario: Scenario, at: datetime, seed: int, state: SystemState
) -> MinuteOfTraffic:
    """Simulate the 60 seconds from `at`.

    The same arguments give the same minute. The randomness hangs on `seed` and `at` alone, so a
    minute differs between scenarios only by what they change.

    Raises
    ------
    ValueError
        `at` has no time zone.
    """
    if at.tzinfo is None:
        raise ValueError("the start of a minute needs a time zone")
    at = at.astimezone(UTC)
    factor = diurnal_factor(at, scenario.diurnal_amplitude)
    uploads = _uploads(scenario.uploads, at, factor, _random(seed, at, "uploads"))
    cdn = _cdn(scenario.cdn, factor, _random(seed, at, "cdn"))
    storage = _storage(scenario, uploads, state.storage)
    return MinuteOfTraffic(
        start=at,
        scenario=scenario.name,
        uploads=uploads,
        concurrent_uploads=_peak_concurrency(uploads),
        cdn=cdn,
        components=component_health(scenario, at, seed),
        storage=storage,
        charges=_charges(state.charges, at, storage, cdn),
    )


def diurnal_factor(at: datetime, amplitude: float) -> float:
    """Return the load at this time of day against the day's mean.

    A cosine: 1 + `amplitude` at 18:00 UTC, 1 - `amplitude` at 06:00 UTC, mean 1.
    """
    utc = at.astimezone(UTC)
    hour = utc.hour + utc.minute / 60 + utc.second / 3600
    return 1 + amplitude * math.cos((hour - _PEAK_HOUR_UTC) * math.tau / 24)


def component_health(scenario: Scenario, at: datetime, seed: int) -> tuple[ComponentHealth, ...]:
    """Return the state of every component at `at`; a failing one takes until its time-out."""
    rng = _random(seed, at, "health")
    errors = dict(scenario.health.unhealthy)
    return tuple(
        ComponentHealth(
            component,
            _FAILING_LATENCY_MS if component in errors else 1 + rng.randrange(2 * usual),
            errors.get(component),
        )
        for component, usual in _HEALTHY_LATENCY_MS.items()
    )


def _random(seed: int, at: datetime, part: str) -> Random:
    # a generator for each part: more uploads must not change the CDN's minute
    return Random(f"{seed}/{part}/{at.astimezone(UTC).isoformat()}")  # noqa: S311 - a simulation


def _occurrences(rng: Random, mean: float) -> int:
    """Draw a count that is Poisson in all but name: one chance each millisecond."""
    return rng.binomialvariate(_MINUTE_MS, min(mean / _MINUTE_MS, 1.0))


def _lognormal(rng: Random, mean: float, sigma: float) -> float:
    return rng.lognormvariate(math.log(mean) - sigma**2 / 2, sigma)


def _uploads(rates: UploadRates, at: datetime, factor: float, rng: Random) -> tuple[Upload, ...]:
    count = _occurrences(rng, rates.per_minute * factor)
    offsets = sorted(rng.randrange(_MINUTE_MS) for _ in range(count))
    return tuple(_upload(rates, at + timedelta(milliseconds=ms), rng) for ms in offsets)


def _upload(rates: UploadRates, finished: datetime, rng: Random) -> Upload:
    size = rng.lognormvariate(math.log(_MEDIAN_FILE_BYTES), _FILE_SIGMA)
    file_bytes = round(min(max(size, _FILE_LIMITS[0]), _FILE_LIMITS[1]))
    # a fifth of the time goes with the size; the mean stays that of the scenario
    slowness = 0.8 + 0.2 * file_bytes / _MEAN_FILE_BYTES
    duration = _lognormal(rng, rates.mean_duration_ms, _DURATION_SIGMA) * slowness
    failed = rng.random() < rates.failure_share
    duplicate = rng.random() < rates.duplicate_share and not failed
    multi_size = rng.random() < rates.multi_size_share and not failed
    stored = 0 if failed or duplicate else round(file_bytes * rng.uniform(*_STORED_SHARE))
    rated = rng.random() < _RATED_SHARE
    rating = min(max(rng.gauss(rates.mean_rating, 0.5), 1.0), 5.0)
    return Upload(
        finished=finished,
        # squared: few users upload often, most seldom
        user_id=f"user-{int(_USERS * rng.random() ** 2):05d}",
        avatar_id=f"avatar-{rng.getrandbits(64):016x}",
        correlation_id=str(UUID(int=rng.getrandbits(128), version=4)),
        file_bytes=file_bytes,
        duration_ms=max(round(duration), 1),
        duplicate=duplicate,
        multi_size=multi_size,
        stored_bytes=stored,
        rating=round(rating, 1) if rated else None,
        error_type=rng.choice(rates.error_types) if failed else None,
    )


def _peak_concurrency(uploads: tuple[Upload, ...]) -> int:
    """Return how many of the minute's uploads were at most under way at one moment."""
    starts = [(u.finished - timedelta(milliseconds=u.duration_ms), 1) for u in uploads]
    ends = [(u.finished, -1) for u in uploads]
    # at one and the same moment the end (-1) sorts before the start (1)
    return max(accumulate(step for _, step in sorted(starts + ends)), default=0)


def _cdn(rates: CdnRates, factor: float, rng: Random) -> CdnTraffic:
    requests = _occurrences(rng, rates.per_minute * factor)
    hits = rng.binomialvariate(requests, rates.cache_hit_share)
    errors_4xx = rng.binomialvariate(requests, rates.error_4xx_share)
    errors_5xx = rng.binomialvariate(requests - errors_4xx, rates.error_5xx_share)
    return CdnTraffic(
        requests=requests,
        cache_hits=hits,
        errors_4xx=errors_4xx,
        errors_5xx=errors_5xx,
        bytes_downloaded=round(requests * rates.mean_bytes * rng.uniform(0.9, 1.1)),
        bytes_uploaded=requests * _REQUEST_OVERHEAD_BYTES,
        origin_latencies_ms=tuple(
            max(round(_lognormal(rng, rates.origin_latency_ms, 0.5)), 1)
            for _ in range(requests - hits)
        ),
    )


def _storage(scenario: Scenario, uploads: tuple[Upload, ...], before: StorageLevel) -> StorageLevel:
    stored = sum(upload.stored_bytes for upload in uploads)
    new_objects = sum(upload.stored_bytes > 0 for upload in uploads)
    standard = before.standard_bytes + stored
    objects = before.objects + new_objects
    if scenario.storage is not None:
        missing = scenario.storage.target_bytes - standard - before.standard_ia_bytes
        step = max(
            min(missing, scenario.storage.bytes_per_minute), -scenario.storage.bytes_per_minute
        )
        step = max(step, -standard)
        standard += step
        objects = max(objects + step // _MEDIAN_FILE_BYTES, 0)
    return StorageLevel(standard, before.standard_ia_bytes, objects)


def _charges(
    before: Charges | None, at: datetime, storage: StorageLevel, cdn: CdnTraffic
) -> Charges:
    """Add a minute's share of the list prices; a new month starts from nothing, as AWS's does."""
    month = (at.year, at.month)
    so_far = before if before is not None and before.month == month else Charges(month)
    kept = storage.total_bytes / GIB * _S3_USD_PER_GIB_MONTH / _MINUTES_PER_MONTH
    delivered = cdn.bytes_downloaded / GIB * _CLOUDFRONT_USD_PER_GIB
    return Charges(month, so_far.s3_usd + kept, so_far.cloudfront_usd + delivered)
