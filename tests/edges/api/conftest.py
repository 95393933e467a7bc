from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.support.api_world import Api, running_api
from tests.support.practice_world import PracticeWorld, practice_world

from licorne.adapters.embedded_postgres import EmbeddedPostgres


@pytest.fixture
async def world(cluster: EmbeddedPostgres, tmp_path: Path) -> AsyncIterator[PracticeWorld]:
    async with practice_world(cluster, tmp_path) as made:
        yield made


@pytest.fixture
async def api(world: PracticeWorld) -> AsyncIterator[Api]:
    async with running_api(world) as running:
        yield running
