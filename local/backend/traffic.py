"""What one simulated minute holds: plain values, no behaviour beyond sums."""

from dataclasses import dataclass
from datetime import datetime

from local.backend.scenarios import GIB, Component


@dataclass(frozen=True, slots=True)
class Upload:
    """One attempt to upload an avatar.

    `finished` is when its log line is written; sizes are bytes, `duration_ms` milliseconds.
    `stored_bytes` is 0 where nothing new was stored (failed or duplicate); `rating` is 1 to 5, or
    None where the user gave none. `error_type` is set exactly where the upload failed.
    """

    finished: datetime
    user_id: str
    avatar_id: str
    correlation_id: str
    file_bytes: int
    duration_ms: int
    duplicate: bool
    multi_size: bool
    stored_bytes: int
    rating: float | None
    error_type: str | None

    @property
    def succeeded(self) -> bool:
        """Tell whether the avatar was accepted."""
        return self.error_type is None


@dataclass(frozen=True, slots=True)
class CdnTraffic:
    """Requests of one minute at the CDN; `origin_latencies_ms` has one value a cache miss."""

    requests: int
    cache_hits: int
    errors_4xx: int
    errors_5xx: int
    bytes_downloaded: int
    bytes_uploaded: int
    origin_latencies_ms: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ComponentHealth:
    """State of one component; `error` is None where it is healthy."""

    component: Component
    latency_ms: int
    error: str | None

    @property
    def status(self) -> str:
        """The guide's word for the state."""
        return "healthy" if self.error is None else "unhealthy"


@dataclass(frozen=True, slots=True)
class StorageLevel:
    """Content of the bucket: bytes by CloudWatch's StorageType, and the number of objects."""

    standard_bytes: int = 36 * GIB
    standard_ia_bytes: int = 4 * GIB
    objects: int = 1_050_000

    @property
    def by_type(self) -> dict[str, int]:
        """Bytes by the StorageType dimension of AWS/S3 BucketSizeBytes."""
        return {
            "StandardStorage": self.standard_bytes,
            "StandardIAStorage": self.standard_ia_bytes,
        }

    @property
    def total_bytes(self) -> int:
        """Bytes over all storage types."""
        return self.standard_bytes + self.standard_ia_bytes


@dataclass(frozen=True, slots=True)
class Charges:
    """US$ since the start of `month` (year, month), by the service names AWS bills under."""

    month: tuple[int, int]
    s3_usd: float = 0.0
    cloudfront_usd: float = 0.0

    @property
    def by_service(self) -> dict[str, float]:
        """US$ by the ServiceName dimension of AWS/Billing EstimatedCharges."""
        return {"AmazonS3": self.s3_usd, "AmazonCloudFront": self.cloudfront_usd}


@dataclass(frozen=True, slots=True)
class SystemState:
    """What a minute leaves to the next; `charges` is None before the first minute."""

    storage: StorageLevel = StorageLevel()
    charges: Charges | None = None


@dataclass(frozen=True, slots=True)
class MinuteOfTraffic:
    """All that happened in the 60 seconds from `start`; `storage` and `charges` are at its end."""

    start: datetime
    scenario: str
    uploads: tuple[Upload, ...]
    concurrent_uploads: int
    cdn: CdnTraffic
    components: tuple[ComponentHealth, ...]
    storage: StorageLevel
    charges: Charges

    @property
    def succeeded(self) -> tuple[Upload, ...]:
        """The uploads that were accepted, duplicates included."""
        return tuple(upload for upload in self.uploads if upload.succeeded)

    @property
    def failed(self) -> tuple[Upload, ...]:
        """The uploads that were not."""
        return tuple(upload for upload in self.uploads if not upload.succeeded)

    @property
    def state(self) -> SystemState:
        """What the next minute starts from."""
        return SystemState(self.storage, self.charges)
