from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.support.pickup_world import PickupWorld, pickup_world
from tests.support.practice_world import PracticeWorld, practice_world

from licorne.adapters.embedded_postgres import EmbeddedPostgres


@pytest.fixture
async def pickup(cluster: EmbeddedPostgres, tmp_path: Path) -> AsyncIterator[PickupWorld]:
    async with pickup_world(cluster, tmp_path) as made:
        yield made


@pytest.fixture
async def world(cluster: EmbeddedPostgres, tmp_path: Path) -> AsyncIterator[PracticeWorld]:
    async with practice_world(cluster, tmp_path) as made:
        yield made
