from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.support.api_world import Api, running_api
from tests.support.practice_world import practice_world

from licorne.adapters.embedded_postgres import EmbeddedPostgres


@pytest.fixture
async def api(cluster: EmbeddedPostgres, tmp_path: Path) -> AsyncIterator[Api]:
    async with practice_world(cluster, tmp_path) as world, running_api(world) as running:
        yield running
