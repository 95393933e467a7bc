"""What the tests of threats share: one story full of canaries, told once in the running demo."""

import pytest_asyncio
from tests.support.running_demo import RunningDemo
from tests.threats.story import Story, tell_story


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def story(demo: RunningDemo) -> Story:
    return await tell_story(demo)
