"""S3 as botocore's clients see it on the wire: what it does not know, it raises on.

Requests are made and answers are read by the real client, so that names, XML and checksums are
tested too. A lifecycle configuration is kept as the very XML that was sent (moto loses size
filters), the default minimum size is reset where a request does not name it, and there is no
If-Match. What S3 would refuse is refused by the AWS contract before it gets here.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

import boto3
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config
from botocore.exceptions import ReadTimeoutError

from fakes.s3_wire import Answer, Raw, UnknownRequestError, error, header, unchunked

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

OWNER = "123456789012"
DEFAULT_SIZE = "all_storage_classes_128K"
_SIZE_HEADER = "x-amz-transition-default-minimum-object-size"


@dataclass(slots=True)
class FakeBucket:
    """One bucket; ``lifecycle`` is the XML that was put last, None for none."""

    lifecycle: bytes | None = None
    default_size: str = DEFAULT_SIZE
    tags: dict[str, str] = field(default_factory=dict)
    versioning: str | None = None
    objects: dict[str, tuple[int, str]] = field(default_factory=dict)  # size, storage class
    bodies: dict[str, bytes] = field(default_factory=dict)
    inventories: list[str] = field(default_factory=list)  # XML of each configuration
    mfa_delete: bool = False
    region: str = ""  # where it lies, if not where the client asks
    replaced: deque[tuple[float, bytes | None, str]] = field(default_factory=deque)
    """What the lifecycle was before each change, and when that came (`FakeS3.stale`)."""
    _keys: list[str] = field(default_factory=list)

    def after(self, key: str, most: int) -> list[str]:
        """Return the next keys after one, in S3's order."""
        listing = getattr(self.objects, "after", None)  # of more objects than memory holds
        if listing:
            found: list[str] = listing(key, most)
            return found
        if len(self._keys) != len(self.objects):
            self._keys = sorted(self.objects)
        first = bisect_right(self._keys, key)
        return self._keys[first : first + most]


type Hook = Callable[[], Answer | None]


class FakeS3:
    """Buckets by name. ``calls`` lists the operations in order."""

    asks_owner = True
    """Whether a request must name the bucket's owner; only peers may leave it out."""

    def __init__(self, **buckets: FakeBucket) -> None:
        self.buckets = {name.replace("_", "-"): one for name, one in buckets.items()}
        self.calls: list[str] = []
        self._clients: dict[int, S3Client] = {}
        self._hooks: dict[str, deque[Hook]] = defaultdict(deque)
        self._afterwards: dict[str, deque[Callable[[], None]]] = defaultdict(deque)
        self._troubles: dict[str, deque[str]] = defaultdict(deque)
        self.clock: Callable[[], float] = lambda: 0.0
        self.stale_seconds = 0.0
        self.is_stale: Callable[[], bool] = lambda: False

    def goes_stale(
        self, seconds: float, clock: Callable[[], float], is_stale: Callable[[], bool]
    ) -> None:
        """Answer with older rules by turns for as long after a change, as S3 may."""
        self.stale_seconds, self.clock, self.is_stale = seconds, clock, is_stale

    def client(self, *, attempts: int = 1) -> S3Client:
        """Return a real client whose network is this fake, the same each time."""
        if attempts in self._clients:
            return self._clients[attempts]
        config = Config(retries={"total_max_attempts": attempts, "mode": "standard"})
        client = _session().client("s3", config=config)
        answer: Any = self._send  # its answer counts, which the stubs do not know
        client.meta.events.register_first("before-send.s3", answer)
        self._clients[attempts] = client
        return client

    def once(self, operation: str, hook: Hook) -> None:
        """Let something happen before the next request of an operation is looked at.

        The hook's answer, if any, is given in the operation's place; it may raise what botocore
        raises.
        """
        self._hooks[operation].append(hook)

    def afterwards(self, operation: str, action: Callable[[], None]) -> None:
        """Let something happen when the next request of an operation has been answered."""
        self._afterwards[operation].append(action)

    def instead(self, operation: str, trouble: str) -> None:
        """Carry out the next request of an operation, and answer with trouble all the same."""
        self._troubles[operation].append(trouble)

    def refuse(self, operation: str, code: str, status: int, times: int = 1) -> None:
        """Refuse the next requests of an operation."""
        for _ in range(times):
            self.once(operation, lambda: error(code, status))

    def _send(self, request: AWSPreparedRequest, event_name: str, **_: Any) -> AWSResponse:
        operation = event_name.rsplit(".", 1)[-1]
        self.calls.append(operation)
        hooks = self._hooks[operation]
        answer = hooks.popleft()() if hooks else None
        answer = answer or self._answer(operation, request)
        if self._troubles[operation]:
            trouble = self._troubles[operation].popleft()
            if trouble == "time-out":
                raise ReadTimeoutError(endpoint_url=str(request.url))
            answer = error("InternalError", int(trouble))
        if self._afterwards[operation]:
            self._afterwards[operation].popleft()()
        raw = cast("Any", Raw(answer.body))
        headers: Any = {"content-length": str(len(answer.body)), **answer.headers}
        return AWSResponse(str(request.url), answer.status, headers, raw)

    def _answer(self, operation: str, request: AWSPreparedRequest) -> Answer:
        handler = getattr(self, f"_{operation}", None)
        if handler is None:
            raise UnknownRequestError(f"the fake knows no {operation}")
        parts = urlsplit(str(request.url))
        name = str(parts.hostname).split(".s3.")[0]
        if name not in self.buckets:
            return error("NoSuchBucket", 404)
        if self.buckets[name].region and f".{self.buckets[name].region}." not in str(
            parts.hostname
        ):
            where = {"x-amz-bucket-region": self.buckets[name].region}
            refused = error("IllegalLocationConstraintException", 400)
            return Answer(400, refused.body, refused.headers | where)
        if self.asks_owner and header(request, "x-amz-expected-bucket-owner") != OWNER:
            raise UnknownRequestError(f"{operation} does not name the bucket's owner")
        answer: Answer = handler(self.buckets[name], request, unquote(parts.path).lstrip("/"))
        return answer

    def _GetBucketLifecycleConfiguration(self, bucket: FakeBucket, *_: Any) -> Answer:  # noqa: N802
        lifecycle, size = self._seen(bucket)
        if lifecycle is None:
            return error("NoSuchLifecycleConfiguration", 404)
        return Answer(200, lifecycle, {_SIZE_HEADER: size})

    def _seen(self, bucket: FakeBucket) -> tuple[bytes | None, str]:
        """Return the rules, or for a while after a change those before it, by turns."""
        seen = (bucket.lifecycle, bucket.default_size)
        for at, lifecycle, size in reversed(bucket.replaced):
            if self.clock() - at >= self.stale_seconds or not self.is_stale():
                break
            seen = (lifecycle, size)
        return seen

    def set_lifecycle(self, bucket: FakeBucket, lifecycle: bytes | None, size: str) -> None:
        """Change the rules of a bucket, as any writer does."""
        bucket.replaced.append((self.clock(), bucket.lifecycle, bucket.default_size))
        bucket.lifecycle, bucket.default_size = lifecycle, size

    def _PutBucketLifecycleConfiguration(  # noqa: N802
        self, bucket: FakeBucket, request: AWSPreparedRequest, _: str
    ) -> Answer:
        body = request.body
        if not isinstance(body, bytes):
            raise UnknownRequestError(f"a lifecycle configuration of type {type(body)}")
        self.set_lifecycle(bucket, body, header(request, _SIZE_HEADER) or DEFAULT_SIZE)
        return Answer()

    def _DeleteBucketLifecycle(self, bucket: FakeBucket, *_: Any) -> Answer:  # noqa: N802
        self.set_lifecycle(bucket, None, DEFAULT_SIZE)
        return Answer(204)

    def _GetBucketTagging(self, bucket: FakeBucket, *_: Any) -> Answer:  # noqa: N802
        if not bucket.tags:
            return error("NoSuchTagSet", 404)
        tags = "".join(
            f"<Tag><Key>{escape(key)}</Key><Value>{escape(value)}</Value></Tag>"
            for key, value in bucket.tags.items()
        )
        return Answer(200, f"<Tagging><TagSet>{tags}</TagSet></Tagging>".encode())

    def _GetBucketVersioning(self, bucket: FakeBucket, *_: Any) -> Answer:  # noqa: N802
        status = f"<Status>{bucket.versioning}</Status>" if bucket.versioning else ""
        status += "<MfaDelete>Enabled</MfaDelete>" if bucket.mfa_delete else ""
        return Answer(200, f"<VersioningConfiguration>{status}</VersioningConfiguration>".encode())

    def _ListBucketInventoryConfigurations(  # noqa: N802
        self, bucket: FakeBucket, request: AWSPreparedRequest, _: str
    ) -> Answer:
        """Answer two at a time; S3 itself answers a hundred."""
        query = parse_qs(urlsplit(str(request.url)).query, keep_blank_values=True)
        if set(query) - {"inventory", "continuation-token"}:
            raise UnknownRequestError(f"inventories by {sorted(query)}")
        start = int(query.get("continuation-token", ["0"])[0])
        page = "".join(bucket.inventories[start : start + 2])
        is_truncated = start + 2 < len(bucket.inventories)
        more = f"<NextContinuationToken>{start + 2}</NextContinuationToken>" if is_truncated else ""
        truncated = f"<IsTruncated>{str(is_truncated).lower()}</IsTruncated>"
        name = "ListInventoryConfigurationsResult"
        return Answer(200, f"<{name}>{page}{truncated}{more}</{name}>".encode())

    def _ListObjectsV2(self, bucket: FakeBucket, request: AWSPreparedRequest, _: str) -> Answer:  # noqa: N802
        query = parse_qs(urlsplit(str(request.url)).query, keep_blank_values=True)
        if set(query) == {"list-type", "start-after", "delimiter", "prefix", "encoding-type"}:
            return _folders(bucket, query["prefix"][0], query["start-after"][0])
        if set(query) - {"list-type", "start-after", "max-keys", "encoding-type"}:
            raise UnknownRequestError(f"a listing by {sorted(query)}")
        after = query["start-after"][0]
        most = int(query["max-keys"][0])
        keys = bucket.after(after, most)
        is_truncated = bool(keys) and bool(bucket.after(keys[-1], 1))
        contents = "".join(
            f"<Contents><Key>{escape(key)}</Key><Size>{bucket.objects[key][0]}</Size>"
            f"<StorageClass>{bucket.objects[key][1]}</StorageClass></Contents>"
            for key in keys
        )
        contents += f"<IsTruncated>{str(is_truncated).lower()}</IsTruncated>"
        return Answer(200, f"<ListBucketResult>{contents}</ListBucketResult>".encode())

    def _PutObject(self, bucket: FakeBucket, request: AWSPreparedRequest, key: str) -> Answer:  # noqa: N802
        body = cast("Any", request.body)
        data = body if isinstance(body, bytes) else body.read()
        bucket.bodies[key] = unchunked(data, request)
        return Answer()

    def _GetObject(self, bucket: FakeBucket, _: AWSPreparedRequest, key: str) -> Answer:  # noqa: N802
        if key not in bucket.bodies:
            return error("NoSuchKey", 404)
        return Answer(200, bucket.bodies[key])


def _folders(bucket: FakeBucket, prefix: str, after: str) -> Answer:
    """List what is a folder below a prefix: as S3 does, it comes once, however much it holds."""
    inside = (key[len(prefix) :] for key in bucket.bodies if key.startswith(prefix) and key > after)
    found = sorted({f"{prefix}{rest.partition('/')[0]}/" for rest in inside if "/" in rest})
    if len(found) > 1_000:
        raise UnknownRequestError("the fake knows no second page of folders")
    xml = "".join(f"<CommonPrefixes><Prefix>{each}</Prefix></CommonPrefixes>" for each in found)
    return Answer(200, f"<ListBucketResult>{xml}</ListBucketResult>".encode())


@cache
def _session() -> boto3.Session:
    return boto3.Session(
        aws_access_key_id="test", aws_secret_access_key="test", region_name="eu-north-1"
    )


def context(function: str = "cost-control") -> Any:
    """Return what Lambda hands to a handler."""
    return type(
        "Context",
        (),
        {
            "aws_request_id": "00000000-0000-0000-0000-000000000001",
            "function_name": function,
            "invoked_function_arn": f"arn:aws:lambda:eu-north-1:{OWNER}:function:{function}",
        },
    )()


def kept_documents(fake: FakeS3, bucket: str) -> list[Any]:
    """Return the JSON documents that were put into a bucket."""
    return [json.loads(body) for body in fake.buckets[bucket].bodies.values()]
