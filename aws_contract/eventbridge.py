"""EventBridge: putting events."""

from collections.abc import Iterator

from aws_contract.core import Breach, Params, rule
from aws_contract.values import json_object, utf8_length

# Raised from 262,144 in January 2026. Source: API model, PutEvents.
MAX_BYTES = 1_048_576


def entry_size(entry: Params) -> int:
    """Measure an entry. Source: User Guide, "Calculating PutEvents event entry size"."""
    size = 14 if entry.get("Time") is not None else 0
    for member in ("Source", "DetailType", "Detail"):
        size += utf8_length(entry.get(member) or "")
    return size + sum(utf8_length(each) for each in entry.get("Resources") or ())


@rule("events", "PutEvents")
def total_size(params: Params) -> Iterator[Breach]:
    """Put less than 1 MB at once; 10 entries by the model. Source: API Reference, PutEvents."""
    if sum(entry_size(each) for each in params["Entries"]) >= MAX_BYTES:
        yield Breach(
            "ValidationException", "Total size of the entries in the request is over the limit."
        )


@rule("events", "PutEvents")
def entries(params: Params) -> Iterator[Breach]:
    """Complete each entry. Source: API Reference, PutEventsRequestEntry.

    AWS reports these in the answer's `Entries` with status 200. They are refused here: an entry
    that can never be delivered is a defect of the sender either way.
    """
    for each in params["Entries"]:
        for member in ("Source", "DetailType", "Detail"):
            if not each.get(member):
                text = f"Parameter {member} is not valid. Reason: {member} is a required argument."
                yield Breach("InvalidArgument", text)
        if each.get("Detail") and json_object(each["Detail"]) is None:
            yield Breach("MalformedDetail", "Detail is malformed.")
        if (each.get("Source") or "").startswith("aws."):
            text = "Not authorized for the source."
            yield Breach("NotAuthorizedForSourceException", text)
        if len(each.get("Source") or "") > 256 or len(each.get("DetailType") or "") > 128:
            text = "Source must be at most 256 characters and DetailType at most 128."
            yield Breach("InvalidArgument", text)
