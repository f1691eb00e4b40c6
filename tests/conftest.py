"""What all tests share: the AWS contract is on, and nothing of the caller's AWS account is."""

from __future__ import annotations

import os

import pytest

import aws_contract

# At import, before any fixture: a request that escapes has nowhere to go and nobody to be.
for _name in [name for name in os.environ if name.startswith("AWS_")]:
    del os.environ[_name]
os.environ.update(
    AWS_ACCESS_KEY_ID="test",
    AWS_SECRET_ACCESS_KEY="test",
    AWS_DEFAULT_REGION="eu-north-1",
    AWS_CONFIG_FILE=os.devnull,
    AWS_SHARED_CREDENTIALS_FILE=os.devnull,
)
# Before any botocore session exists: sessions made earlier are not checked.
aws_contract.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep what shares a deployed stack, or a browser, in one worker of a parallel run.

    Two at once would build into the same folder.
    """
    for item in items:
        if item.get_closest_marker("e2e") or item.get_closest_marker("runtime"):
            item.add_marker(pytest.mark.xdist_group("stack"))
        elif item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.xdist_group("browser"))
