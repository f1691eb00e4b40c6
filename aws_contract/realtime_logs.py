"""CloudFront's real-time log configurations."""

from collections.abc import Iterator

from aws_contract.core import Breach, Params, rule

# Source: CloudFront Developer Guide, "Use real-time access logs", fields.
FIELDS = frozenset(
    "timestamp c-ip s-ip time-to-first-byte sc-status sc-bytes cs-method cs-protocol cs-host"
    " cs-uri-stem cs-bytes x-edge-location x-edge-request-id x-host-header time-taken"
    " cs-protocol-version c-ip-version cs-user-agent cs-referer cs-cookie cs-uri-query"
    " x-edge-response-result-type x-forwarded-for ssl-protocol ssl-cipher x-edge-result-type"
    " fle-encrypted-fields fle-status sc-content-type sc-content-len sc-range-start sc-range-end"
    " c-port x-edge-detailed-result-type c-country cs-accept-encoding cs-accept"
    " cache-behavior-path-pattern cs-headers cs-header-names cs-headers-count"
    " primary-distribution-id primary-distribution-dns-name origin-fbl origin-lbl asn"
    " cmcd-encoded-bitrate cmcd-buffer-length cmcd-buffer-starvation cmcd-content-id"
    " cmcd-object-duration cmcd-deadline cmcd-measured-throughput cmcd-next-object-request"
    " cmcd-next-range-request cmcd-object-type cmcd-playback-rate"
    " cmcd-requested-maximum-throughput cmcd-streaming-format cmcd-session-id cmcd-stream-type"
    " cmcd-startup cmcd-top-bitrate cmcd-version r-host sr-reason x-edge-mqcs".split()
)


@rule("cloudfront", "CreateRealtimeLogConfig", "UpdateRealtimeLogConfig")
def configuration(params: Params) -> Iterator[Breach]:
    """Send known fields to one stream. Source: API Reference, CreateRealtimeLogConfig."""
    for field in params.get("Fields") or ():
        if field not in FIELDS:
            yield _invalid(f"The field {field} is not valid for real-time logs.")
    if not 1 <= params.get("SamplingRate", 0) <= 100:
        yield _invalid("The sampling rate must be between 1 and 100 percent.")
    points = params.get("EndPoints") or ()
    if len(points) != 1:
        yield _invalid("A configuration has exactly one end point.")
    for point in points:
        arn = (point.get("KinesisStreamConfig") or {}).get("StreamARN", "")
        if point.get("StreamType") != "Kinesis" or ":kinesis:" not in arn:
            yield _invalid("Real-time logs are sent to a Kinesis data stream.")


def _invalid(message: str) -> Breach:
    return Breach("InvalidArgument", message)
