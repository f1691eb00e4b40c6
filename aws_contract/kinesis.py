"""Kinesis Data Streams: making a stream, and feeding a function from one."""

from collections.abc import Iterator

from aws_contract.core import Breach, Params, rule

RETENTION = (24, 8_760)
"""Hours. Source: API Reference, IncreaseStreamRetentionPeriod."""
MAX_BATCH, MAX_WINDOW, MAX_ATTEMPTS, MAX_AGE = 10_000, 300, 10_000, 604_800
"""Source: Lambda API Reference, CreateEventSourceMapping."""


@rule("kinesis", "CreateStream")
def stream(params: Params) -> Iterator[Breach]:
    """Say shards for provisioned streams alone. Source: API Reference, CreateStream."""
    mode = (params.get("StreamModeDetails") or {}).get("StreamMode", "PROVISIONED")
    if (mode == "PROVISIONED") != (params.get("ShardCount") is not None):
        yield Breach("ValidationException", f"ShardCount does not go with the mode {mode}.")


@rule("kinesis", "IncreaseStreamRetentionPeriod")
def retention(params: Params) -> Iterator[Breach]:
    """Keep records from one day to a year."""
    least, most = RETENTION
    if not least < params["RetentionPeriodHours"] <= most:
        yield Breach(
            "InvalidArgumentException",
            f"Retention must be more than {least} hours and at most {most}.",
        )


@rule("kinesis", "StartStreamEncryption")
def encryption(params: Params) -> Iterator[Breach]:
    """Name a key for the one kind of encryption. Source: API Reference, StartStreamEncryption."""
    if params["EncryptionType"] != "KMS" or not params.get("KeyId"):
        yield Breach("InvalidArgumentException", "A stream is encrypted by KMS, with a key.")


@rule("lambda", "CreateEventSourceMapping", "UpdateEventSourceMapping")
def stream_mapping(params: Params) -> Iterator[Breach]:
    """Feed a function from a stream. Source: Lambda API Reference, CreateEventSourceMapping."""
    if ":kinesis:" not in (params.get("EventSourceArn") or ""):
        return
    if params.get("StartingPosition") not in {"LATEST", "TRIM_HORIZON", "AT_TIMESTAMP"}:
        yield _invalid("1 validation error detected: Starting position is required for a stream.")
    if params.get("ScalingConfig") is not None:
        yield _invalid("Unsupported parameter for Kinesis event source: ScalingConfig")
    for name, most in (
        ("BatchSize", MAX_BATCH),
        ("MaximumBatchingWindowInSeconds", MAX_WINDOW),
        ("MaximumRetryAttempts", MAX_ATTEMPTS),
        ("MaximumRecordAgeInSeconds", MAX_AGE),
        ("ParallelizationFactor", 10),
    ):
        if (params.get(name) or 0) > most:
            yield _invalid(f"{name} must be at most {most}.")


def _invalid(message: str) -> Breach:
    return Breach("InvalidParameterValueException", message)
