"""What all tests share: the AWS contract is on, and nothing of the caller's AWS account is."""

from __future__ import annotations

import gc
import os
import signal
import sys
from functools import cache
from typing import TYPE_CHECKING, Any, cast

import botocore.session
import pytest
from hypothesis import settings

import aws_contract
from at import pytest_addoption, pytest_configure, pytest_runtest_setup
from aws_contract import held
from examples import examples
from side_by_side import (
    pytest_collection,
    pytest_collection_modifyitems,
    pytest_unconfigure,
    pytest_xdist_auto_num_workers,
    pytest_xdist_make_scheduler,
    pytest_xdist_node_collection_finished,
    pytest_xdist_setupnodes,
)
from summary import pytest_terminal_summary

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "pytest_addoption",
    "pytest_collection",
    "pytest_collection_modifyitems",
    "pytest_configure",
    "pytest_runtest_setup",
    "pytest_terminal_summary",
    "pytest_unconfigure",
    "pytest_xdist_auto_num_workers",
    "pytest_xdist_make_scheduler",
    "pytest_xdist_node_collection_finished",
    "pytest_xdist_setupnodes",
]

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
# No test fails because a machine is busy.
settings.register_profile("untimed", deadline=None, max_examples=examples(100))
settings.load_profile("untimed")
# A shell's background job ignores Ctrl-C, and so would all that is started here.
signal.signal(signal.SIGINT, signal.default_int_handler)
# Before any botocore session exists: sessions made earlier are not checked.
aws_contract.enable()
# Each session would read the services' models anew, and moto begins one for each test.
_sessions: Any = botocore.session
_sessions.create_loader = cache(_sessions.create_loader)
# Tests make much that soon goes, beside services' models that stay (docs/decisions/0280).
gc.set_threshold(50_000, 20, 100)


def pytest_sessionstart(session: pytest.Session) -> None:
    """Let what tests start find the project as they do, also where make did not start them."""
    root, paths = session.config.rootpath, session.config.getini("pythonpath")
    os.environ["PYTHONPATH"] = os.pathsep.join(str(root / each) for each in paths)


def pytest_collection_finish() -> None:
    """Take what was collected for what stays: no search for garbage goes through it again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True, scope="module")
def _no_client_of_another() -> Iterator[None]:
    """Leave no client behind whose requests end in this module's fakes, or are judged by them."""
    yield
    if clients := cast("Any", sys.modules.get("avatarwatch.clients")):
        clients._client.cache_clear()
        clients._session.cache_clear()


@pytest.fixture(autouse=True)
def _nothing_held() -> None:
    """Let the AWS contract know nothing of what another test's services hold."""
    held.forget()
