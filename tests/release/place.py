"""An installation on a real disk, with a PostgreSQL that calls fsync, for checks that take minutes."""

import os
import resource
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from types import TracebackType

import asyncpg
from tests.support.installation import Installed
from tests.support.postgres import fresh_database

from licorne.adapters.demo_authority import demo_certificates
from licorne.adapters.embedded_postgres import EmbeddedPostgres, start_embedded_postgres
from licorne.domain.identity.ids import MemberId
from licorne.wiring.demo_practice import demo_practice
from licorne.wiring.installation import prepare, role_urls
from licorne.wiring.settings import Home

PAGE = os.sysconf("SC_PAGE_SIZE")


class said:  # noqa: N801 - reads as a statement
    """Print what is being done, and how long it took."""

    def __init__(self, what: str) -> None:
        self._what = what

    def __enter__(self) -> None:
        self._begun = time.monotonic()

    def __exit__(
        self, _kind: type[BaseException] | None, _error: object, _trace: TracebackType | None
    ) -> None:
        print(f"{self._what}: {time.monotonic() - self._begun:.0f} s", flush=True)


@contextmanager
def folder_on_disk() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="licorne-release-") as folder:
        yield Path(folder)


@asynccontextmanager
async def postgres_on_disk(folder: Path) -> AsyncIterator[EmbeddedPostgres]:
    cluster = await start_embedded_postgres(folder / "postgres")
    try:
        yield cluster
    finally:
        await cluster.stop()


async def install(folder: Path, cluster: EmbeddedPostgres) -> Installed:
    """Found the demo's practice in a database of its own."""
    url, home = await fresh_database(cluster), Home(folder / "home")
    await prepare(home, url)
    practice = await demo_practice(home, url)
    connection = await asyncpg.connect(url)
    try:
        member = await connection.fetchval("SELECT id FROM licorne.member")
    finally:
        await connection.close()
    return Installed(
        home=home,
        urls=role_urls(home, url),
        practice=practice,
        certificates=demo_certificates(home.tls),
        member=MemberId(member),
    )


def children(process: int, name: str) -> list[int]:
    """List the children whose name begins so (comm of proc(5))."""
    below = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [int(pid) for pid in below if Path(f"/proc/{pid}/comm").read_text().startswith(name)]


def resident(processes: list[int]) -> int:
    """Give how much memory the processes have in use, in bytes (statm of proc(5), second field)."""
    return sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in processes) * PAGE


def allow_open_files(wanted: int) -> None:
    """Raise the limit of this process and of those that it starts; root may raise the hard one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, max(hard, wanted)))


def percentile(values: list[float], share: float) -> float:
    """Give the value that a share of all values is at most."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def verdict(what: str, *, holds: bool) -> int:
    print(f"{what}: {'as it should be' if holds else 'NOT AS IT SHOULD BE'}", flush=True)
    return 0 if holds else 1
