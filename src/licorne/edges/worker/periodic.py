"""Work that comes round by itself: again and again until told to stop, whatever goes wrong."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

import structlog

LONGEST_PAUSE = 30.0  # seconds between tries while it fails

log = structlog.get_logger("licorne.worker")


@dataclass(frozen=True, slots=True)
class Periodic:
    """``work`` runs every ``seconds``; never twice at once in one process."""

    name: str
    seconds: float
    work: Callable[[], Awaitable[object]]


async def keep_doing(periodic: Periodic, stop: asyncio.Event) -> None:
    """Run until ``stop``; a failure is logged by kind only and tried again, less often."""
    failures = 0
    while not stop.is_set():
        try:
            await periodic.work()
            failures = 0
        except Exception as problem:  # noqa: BLE001 - its text may hold anything
            failures += 1
            log.warning(
                "periodic work failed",
                work=periodic.name,
                kind=type(problem).__name__,
                failures=failures,
            )
        pause = min(periodic.seconds * 2 ** min(failures, 8), max(LONGEST_PAUSE, periodic.seconds))
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), pause)
