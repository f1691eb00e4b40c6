"""The real template on the emulator, deployed once for the whole session."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from local.paths import EMULATOR_HOME
from local.scene import Scene

# what the avatar service depends on, by the template's parameters
EVERYTHING = {
    "DashboardDetail": "everything",
    "DatabaseInstanceIds": "avatars-db",
    "CacheClusterIds": "avatars-cache",
    "WorkerQueueNames": "avatar-jobs",
}


@pytest.fixture(scope="session")
def deployed() -> Iterator[Scene]:
    """Deploy once; tests share the stack, so each uses alerts of its own."""
    if not EMULATOR_HOME.exists():
        pytest.skip("the emulator's environment is missing: run `make environments`")
    with Scene(parameters=EVERYTHING) as scene:
        yield scene


@pytest.fixture
def scene(deployed: Scene) -> Iterator[Scene]:
    """Return the deployed stack with an empty inbox; afterwards AWS would have refused nothing."""
    deployed.inbox.clear()
    before = deployed.contract_violations()
    yield deployed
    assert deployed.contract_violations() == before
