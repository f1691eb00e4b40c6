"""Read and write what S3 knows of a bucket's setup."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from cost_control.changing.unknown_elements import UNKNOWN, XML, sends, taken_out, watch
from cost_control.lifecycle.document import read, write
from cost_control.lifecycle.merge import OWN_RULE
from cost_control.lifecycle.model import DEFAULT_SIZE, Configuration
from cost_control.measuring.usage import Setup, Versioning

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_DENIED = frozenset({"AccessDenied", "AllAccessDisabled", "AccessDeniedException"})
_ELSEWHERE = frozenset({
    "PermanentRedirect", "IllegalLocationConstraintException", "AuthorizationHeaderMalformed",
})  # fmt: skip
_SIGNING = "before-sign.s3"
_SERVER = 500
# In trouble, too, though the status is no 5xx. Source: API Reference, "Error responses".
_TROUBLED = frozenset({"RequestTimeout", "SlowDown", "Throttling", "TooManyRequests"})


class BucketError(Exception):
    """A bucket cannot be worked on; the message says what was refused, and by which right."""


class ChangedMeanwhileError(Exception):
    """S3 is changing the configuration for somebody else (409): start over."""


class NoAnswerError(Exception):
    """The write had no answer, or one of a server in trouble: whether it was done is unknown."""


@dataclass(slots=True)
class BucketStore:
    """One bucket. ``client`` reads; ``writer`` writes and never repeats a write by itself.

    A repeated PUT could undo what another writer did in between: S3 has no If-Match here.
    ``unknown`` are the elements that the last reading of the rules had and boto3 does not know.
    """

    client: S3Client
    writer: S3Client
    name: str
    owner: str
    unknown: tuple[str, ...] = ()
    _xml: bytes = b""

    def __post_init__(self) -> None:
        """Notice elements of the lifecycle XML that boto3 would drop in silence, and redirects."""
        watch(self.client)
        for each in (self.client, self.writer):
            each.meta.events.register(_SIGNING, _stay, unique_id="avatar-watch-own-region")

    def setup(self) -> Setup:
        """Read what says whether the bucket may be changed; BucketError where that is refused."""
        versioning = self._ask("s3:GetBucketVersioning", "get_bucket_versioning")
        return Setup(
            tags=self._tags(),
            versioning=Versioning(versioning.get("Status", "Off")),
            has_mfa_delete=versioning.get("MFADelete") == "Enabled",
        )

    def lifecycle(self) -> tuple[Configuration, tuple[str, ...]]:
        """Return the rules, and the names of elements that this version of boto3 does not know."""
        answer = self._ask(
            "s3:GetLifecycleConfiguration",
            "get_bucket_lifecycle_configuration",
            missing="NoSuchLifecycleConfiguration",
        )
        self.unknown = tuple(answer.pop(UNKNOWN, ()))
        self._xml = answer.pop(XML, b"")
        answer.pop("ResponseMetadata", None)
        return read(answer), self.unknown

    def replace(self, configuration: Configuration) -> None:
        """Write the rules once, or delete them all where there are none.

        Where the last reading had elements that boto3 does not know, it must be a configuration
        from which ours was taken: it is sent as S3 sent it, without the text of ours.

        Raises
        ------
        ChangedMeanwhileError
            S3 is busy with another change.
        BucketError
            S3 refuses, with its code and message.
        NoAnswerError
            No answer, or a 5xx: whether it was written is unknown.
        """
        about: dict[str, Any] = {"Bucket": self.name, "ExpectedBucketOwner": self.owner}
        size = configuration.default_size or DEFAULT_SIZE
        rules = write(replace(configuration, default_size=None))
        xml = taken_out(self._xml, OWN_RULE) if self.unknown else None
        try:
            if not configuration.rules:
                self.writer.delete_bucket_lifecycle(**about)
                return
            with sends(self.writer, xml):
                self.writer.put_bucket_lifecycle_configuration(
                    **about,
                    LifecycleConfiguration=rules,  # type: ignore[arg-type]
                    TransitionDefaultMinimumObjectSize=size,  # type: ignore[arg-type]
                )
        except BotoCoreError as error:
            raise NoAnswerError(str(error)) from error
        except ClientError as error:
            if _is_in_trouble(error):
                raise NoAnswerError(str(error)) from error
            raise _translated(error, "s3:PutLifecycleConfiguration", self.name) from error

    def _tags(self) -> dict[str, str]:
        answer = self._ask("s3:GetBucketTagging", "get_bucket_tagging", missing="NoSuchTagSet")
        return {tag["Key"]: tag["Value"] for tag in answer.get("TagSet", [])}

    def _ask(self, right: str, method: str, missing: str | None = None) -> dict[str, Any]:
        """Call a reading operation; {} where S3 says that there is no such thing."""
        try:
            answer: dict[str, Any] = getattr(self.client, method)(
                Bucket=self.name, ExpectedBucketOwner=self.owner
            )
        except ClientError as error:
            if missing and error.response["Error"]["Code"] == missing:
                return {}
            raise _translated(error, right, self.name) from error
        return answer


def _stay(request: Any, **_: Any) -> None:
    """Stop where boto3 follows a bucket into another region: our figures are of our own."""
    redirect = request.context.get("s3_redirect", {})
    if redirect.get("redirected"):
        raise _elsewhere(redirect["bucket"], request.context["signing"]["region"])


def _elsewhere(bucket: str, region: str) -> BucketError:
    return BucketError(f"{bucket} lies in {region}: a stack there can look after it")


def _is_in_trouble(error: ClientError) -> bool:
    """Tell whether an answer leaves open if the request was carried out."""
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return status >= _SERVER or error.response["Error"]["Code"] in _TROUBLED


def _translated(error: ClientError, right: str, bucket: str) -> Exception:
    code, message = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
    if code in {"OperationAborted", "ConditionalRequestConflict"}:
        return ChangedMeanwhileError(message)
    if code in _DENIED:
        return BucketError(f"{bucket}: access denied, the function lacks {right}: {message}")
    if code in _ELSEWHERE:
        headers = error.response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
        region = headers.get("x-amz-bucket-region", "another region")
        return _elsewhere(bucket, region)
    return BucketError(f"{bucket}: {error.operation_name} answers {code}: {message}")
