"""An SMSC of another maker (npm's smpp) as a process, and our carrier bound to it."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.adapters.carriers.stand_ins.case import Case
from tests.support.node_packages import install_node_packages, node_environment

from licorne.adapters.carriers.smpp import Smpp, parse_smpp
from licorne.application.sending.carriers import Carriers
from licorne.ports.sms_carrier import Event
from licorne.wiring.listening_carriers import listening

PASSWORD = "a password longer than eight"
SCRIPT = Path(__file__).parents[1] / "smsc.js"


@dataclass
class Smsc:
    process: asyncio.subprocess.Process
    port: int = 0
    submitted: list[dict[str, Any]] = field(default_factory=list)
    acknowledged: int = 0
    told: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    obeyed: asyncio.Queue[None] = field(default_factory=asyncio.Queue)

    async def do(self, **command: object) -> None:
        """Give a command, and wait until it is in force."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(command).encode() + b"\n")
        await asyncio.wait_for(self.obeyed.get(), 30)

    async def hears(self, event: str) -> None:
        """Wait until it tells of an event."""
        async with asyncio.timeout(30):
            while await self.told.get() != event:
                pass

    async def follow(self) -> None:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            event = json.loads(line)
            if event["event"] == "listening":
                self.port = event["port"]
            if event["event"] == "submitted":
                self.submitted.append(event)
            self.acknowledged += event["event"] == "acknowledged"
            if event["event"] == "obeyed":
                await self.obeyed.put(None)
            else:
                await self.told.put(event["event"])


@asynccontextmanager
async def smsc(**given: object) -> AsyncIterator[Smsc]:
    install_node_packages()
    process = await asyncio.create_subprocess_exec(
        "node",
        str(SCRIPT),
        json.dumps({"password": PASSWORD, **given}),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env=node_environment(),
    )
    made = Smsc(process)
    following = asyncio.create_task(made.follow())
    try:
        await made.hears("listening")
        yield made
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        following.cancel()


def carrier_to(made: Smsc, folder: Path, **settings: object) -> Smpp:
    (folder / "password").write_text(f"{PASSWORD}\n")
    return Smpp(
        parse_smpp(
            "smsc",
            {
                "host": "127.0.0.1",
                "port": made.port,
                "tls": False,
                "system_id": "licorne",
                "password_file": str(folder / "password"),
                "from": "+12125550100",
                "timeout": 3,
                **settings,  # type: ignore[dict-item]
            },
        )
    )


async def ignore(_name: str, _event: Event) -> None:
    """Take it, and do nothing."""


@asynccontextmanager
async def bound(
    made: Smsc,
    carrier: Smpp,
    take: Callable[[str, Event], Awaitable[None]] = ignore,
) -> AsyncIterator[None]:
    async with listening(Carriers({carrier.name: carrier}, (carrier.name,)), take, pause=0.05):
        await made.hears("bound")
        yield


@asynccontextmanager
async def smpp(folder: Path) -> AsyncIterator[Case]:
    async with smsc() as made:
        carrier = carrier_to(made, folder, timeout=5)

        async def arrived() -> list[tuple[str, str]]:
            return [(f"+{one['to']}", one["text"]) for one in made.submitted]

        async with bound(made, carrier):
            yield Case(carrier, arrived)
