from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.adapters.carriers.stand_ins.case import CLOCK, Case

from licorne.adapters.carriers.demo_phone import DemoPhone


@asynccontextmanager
async def demo_phone(folder: Path) -> AsyncIterator[Case]:
    phone = DemoPhone(folder / "phone", CLOCK)

    async def arrived() -> list[tuple[str, str]]:
        return [(text.to, text.text) for text in phone.read()]

    yield Case(phone, arrived)
