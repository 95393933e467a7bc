import asyncio
from collections.abc import AsyncIterator, Callable, Mapping

import pytest
import pytest_asyncio
import uvloop
from tests.edges.submission.mail_server import MailServer, mail_server
from tests.support.installation import Installed


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """What the mail server runs on in life."""
    return {"uvloop": uvloop.new_event_loop}


@pytest_asyncio.fixture
async def mail(installation: Installed) -> AsyncIterator[MailServer]:
    async with mail_server(installation) as server:
        yield server
