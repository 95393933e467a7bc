"""Listens to the carriers that don't tell by webhook, each in a task that is started anew."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial

import structlog

from licorne.application.sending.carriers import Carriers
from licorne.ports.sms_carrier import Event, ListeningCarrier

_PAUSE = 5.0  # seconds, after a fault

log = structlog.get_logger("licorne.carriers")


@contextlib.asynccontextmanager
async def listening(
    carriers: Carriers, take: Callable[[str, Event], Awaitable[None]], *, pause: float = _PAUSE
) -> AsyncIterator[None]:
    """Pass on to ``take`` what carriers tell, as long as the block lasts.

    ``take`` commits; a carrier acknowledges afterwards, and tells again what wasn't committed.
    """
    tasks = [
        asyncio.create_task(_supervised(carrier, partial(take, carrier.name), pause))
        for carrier in carriers.by_name.values()
        if isinstance(carrier, ListeningCarrier)
    ]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _supervised(
    carrier: ListeningCarrier, sink: Callable[[Event], Awaitable[None]], pause: float
) -> None:
    while True:
        try:
            await carrier.run(sink)
        except Exception as problem:  # noqa: BLE001 - whatever it was, the texts go on coming
            log.warning("carrier fault", carrier=carrier.name, kind=type(problem).__name__)
        await asyncio.sleep(pause)
