import asyncio
from collections.abc import AsyncIterator, Callable, Mapping

import pytest
import pytest_asyncio
import structlog
import uvloop
from tests.edges.submission.mail_server import MailServer, mail_server
from tests.support.installation import Installed

from licorne.wiring.logging import configure_logging


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """What the mail server runs on in life."""
    return {"uvloop": uvloop.new_event_loop}


@pytest_asyncio.fixture
async def mail(installation: Installed) -> AsyncIterator[MailServer]:
    async with mail_server(installation) as server:
        yield server


@pytest.fixture(autouse=True, scope="session")
def _product_logging() -> None:
    """As in life; without it a traceback is drawn with all its values, which takes seconds."""
    configure_logging()
    structlog.configure(cache_logger_on_first_use=False)  # the standard streams are pytest's
