"""AWS's partitions, as the names of their regions tell them.

The stack is for the partition ``aws`` alone (docs/decisions/0081); alarms of any may reach it.
"""

import re

REGION = re.compile(r"[a-z]{2,4}(-[a-z]+)+-\d{1,2}")
"""What a region's name looks like: it ends up in the host of a link, nothing else may get there."""

_BY_PREFIX = {
    "cn-": "aws-cn",
    "us-gov-": "aws-us-gov",
    "eusc-": "aws-eusc",
    "us-iso-": "aws-iso",
    "us-isob-": "aws-iso-b",
    "eu-isoe-": "aws-iso-e",
    "us-isof-": "aws-iso-f",
}


def is_region(name: str) -> bool:
    """Whether a text may be a region's name."""
    return REGION.fullmatch(name) is not None


def partition_of(region: str) -> str:
    """Return the partition in which a region lies."""
    for prefix, partition in _BY_PREFIX.items():
        if region.startswith(prefix):
            return partition
    return "aws"
