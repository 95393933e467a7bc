"""The command line on an installation with a practice, everything real; nothing is forked."""

import io
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import pytest
from tests.support.installation import Installed

from licorne.edges.cli.commands import run_command
from licorne.edges.cli.use_cases import CommandUseCases
from licorne.store.database import open_database
from licorne.wiring.commands import compose_commands
from licorne.wiring.core import Core
from licorne.wiring.main import build_parser


@dataclass(frozen=True)
class Ran:
    status: int
    out: str
    err: str

    @property
    def json(self):
        (line,) = self.out.splitlines()
        return json.loads(line)


Run = Callable[..., Awaitable[Ran]]


@dataclass(frozen=True)
class CommandLine:
    installed: Installed
    core: Core
    use_cases: CommandUseCases

    async def __call__(self, *arguments: str) -> Ran:
        out, err = io.StringIO(), io.StringIO()
        options = build_parser().parse_args(arguments)
        status = await run_command(options, self.use_cases, out, err)
        return Ran(status, out.getvalue(), err.getvalue())

    async def audit(self) -> list[tuple[str, str, str]]:
        """The practice's trail: tag, outcome and the actor's kind, oldest first."""
        async with self.installed.as_owner() as connection:
            rows = await connection.fetch(
                "SELECT tag, outcome, actor_kind FROM audit_event"
                " WHERE organization_id IS NOT NULL ORDER BY at, id"
            )
        return [(row["tag"], row["outcome"], row["actor_kind"]) for row in rows]


@pytest.fixture
async def licorne(installation: Installed) -> AsyncIterator[CommandLine]:
    async with installation.core() as core:
        owner = await open_database(installation.urls.owner, size=2)
        worker = await open_database(installation.urls.worker, size=2)
        try:
            yield CommandLine(installation, core, compose_commands(core, owner, worker))
        finally:
            await owner.close()
            await worker.close()
