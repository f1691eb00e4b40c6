"""The states of an alert."""

from enum import StrEnum


class AlertState(StrEnum):
    """Where an alert stands; INSUFFICIENT_DATA only comes from CloudWatch, INFO is never open."""

    ALARM = "ALARM"
    OK = "OK"
    INSUFFICIENT_DATA = "INSUFFICIENT_DATA"
    INFO = "INFO"
