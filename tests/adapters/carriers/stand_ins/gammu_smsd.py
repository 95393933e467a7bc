"""The modem's folders; `test_gammu_smsd.py` lets the real daemon work on them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.adapters.carriers.stand_ins.case import CLOCK, Case

from licorne.adapters.carriers.gammu_smsd import GammuSmsd, parse_gammu_smsd
from licorne.ports.clock import Clock

FOLDERS = ("outbox", "sent", "error", "inbox")


def in_folders(folder: Path, clock: Clock) -> GammuSmsd:
    for name in FOLDERS:
        (folder / name).mkdir(exist_ok=True)
    return GammuSmsd(
        parse_gammu_smsd("modem", {name: str(folder / name) for name in FOLDERS}), clock
    )


def texts_in(folder: Path) -> list[tuple[str, str]]:
    return [
        (path.name.split("_")[3], path.read_bytes()[2:].decode("utf-16-le"))
        for path in sorted(folder.glob("OUT*"))
    ]


@asynccontextmanager
async def gammu_smsd(folder: Path) -> AsyncIterator[Case]:
    carrier = in_folders(folder, CLOCK)

    async def arrived() -> list[tuple[str, str]]:
        return texts_in(folder / "outbox")

    yield Case(carrier, arrived)
