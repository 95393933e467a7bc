from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.support.office_world import OfficeWorld, office_world

from licorne.adapters.embedded_postgres import EmbeddedPostgres


@pytest.fixture
async def office(cluster: EmbeddedPostgres, tmp_path: Path) -> AsyncIterator[OfficeWorld]:
    async with office_world(cluster, tmp_path) as made:
        yield made
