"""The guide's Python works as it stands, against a running API."""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.support.api_world import Api, running_api, token_for
from tests.support.practice_world import practice_world

from licorne.adapters.embedded_postgres import EmbeddedPostgres

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "api.md"


@pytest.fixture
async def api(cluster: EmbeddedPostgres, tmp_path: Path) -> AsyncIterator[Api]:
    async with practice_world(cluster, tmp_path) as world, running_api(world) as running:
        yield running


async def test_the_guides_python_sends_and_sees_what_became_of_it(api: Api):
    token = await token_for(api.world, await api.world.add_member("Alice Member"))
    (example,) = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        example.replace("http://localhost:8080", api.url),
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "TOKEN": token.secret},
    )
    out, _ = await process.communicate()
    assert (process.returncode, out) == (0, b"accepted\n")
