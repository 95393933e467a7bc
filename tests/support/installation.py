"""A complete installation for a test: a home, a migrated database, a practice that can send.

    async def test_…(installation: Installed):
        async with installation.core() as core:
            sent = await compose_sending(core).send(draft)

Made once per session and copied for each test (about a tenth of a second). Passwords cost little.
"""

import asyncio
import shutil
import socket
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest
import pytest_asyncio
from tests.support.postgres import drop_database, fresh_database, quickest_place

from licorne.adapters.demo_authority import DemoCertificates, demo_certificates, server_context
from licorne.adapters.embedded_postgres import EmbeddedPostgres
from licorne.application.receiving.open_sealed import OpenedContent, SealedReader
from licorne.domain.identity.ids import MemberId, MessageId, OrganizationId
from licorne.domain.sealing.password_parameters import PasswordCosts
from licorne.domain.sealing.records import UnlockMethod
from licorne.store import reader_keys
from licorne.store.roles import set_role_passwords
from licorne.vault.reader_keys import OpenReaderKey
from licorne.wiring.core import Core, open_core
from licorne.wiring.demo_practice import DemoPractice, demo_practice
from licorne.wiring.installation import RoleUrls, prepare, role_passwords, role_urls
from licorne.wiring.installation_facts import Installation
from licorne.wiring.listening import listen
from licorne.wiring.settings import Home, Settings

CHEAP = PasswordCosts(memory_kib=64, passes=1, lanes=1)


@dataclass(frozen=True, slots=True)
class Installed:
    """An installation at rest, with the practice that the demo has."""

    home: Home
    urls: RoleUrls
    practice: DemoPractice
    certificates: DemoCertificates
    member: MemberId  # the practice's owner, whose app password and token the practice tells

    @property
    def organization(self) -> OrganizationId:
        return OrganizationId(UUID(self.practice.organization_id))

    def core(self, settings: Settings | None = None) -> AbstractAsyncContextManager[Core]:
        """What every role stands on, for use cases within the test's own process."""
        return open_core(self.home, settings or self.settings, self.urls)

    @property
    def settings(self) -> Settings:
        return Settings(demo=True)

    def roles(self, settings: Settings | None = None) -> Installation:
        """What the roles are given, with sockets on free ports; close it with `close_sockets`."""
        return Installation(
            home=self.home,
            settings=settings or self.settings,
            urls=self.urls,
            public_url="http://localhost:1",
            smtp=listen("127.0.0.1", 0, "mail"),
            smtps=listen("127.0.0.1", 0, "mail"),
            tls=server_context(self.certificates.certificate, self.certificates.key),
        )

    @asynccontextmanager
    async def as_owner(self) -> AsyncIterator[asyncpg.Connection]:
        """A connection that sees every row, for looking at what was written."""
        connection = await asyncpg.connect(
            self.urls.owner, server_settings={"search_path": "licorne"}
        )
        try:
            yield connection
        finally:
            await connection.close()

    async def member_key(self, core: Core) -> OpenReaderKey:
        """The owner's private key, opened with their password as a sign-in does it."""
        async with core.app.tenant(self.organization) as connection:
            pointer = await reader_keys.fetch_current(connection, self.organization, self.member)
            assert pointer is not None
            key = await reader_keys.fetch_key(connection, self.organization, pointer.key)
            assert key is not None
            wraps = await reader_keys.fetch_wraps(connection, self.organization, key.id)
        (wrap,) = [one for one in wraps if one.method is UnlockMethod.PASSWORD]
        return await core.passwords.unwrap_private_key(key, wrap, self.practice.password)

    async def open(self, core: Core, message: MessageId, key: OpenReaderKey) -> OpenedContent:
        """A message as the practice's owner reads it: rows, slot, signatures, grant."""
        reader = SealedReader(core.keyring, core.slots, core.blobs)
        async with core.app.tenant(self.organization) as connection:
            return await reader.open(connection, self.organization, message, key)


async def attachment_bytes(core: Core, opened: OpenedContent, part: int) -> bytes:
    """One attachment of an opened message, wherever it is kept."""
    stored = next(one for one in opened.opened.parts if one.number == part)
    if stored.blob is None:
        return opened.opened.open_part(part)
    return b"".join(
        [piece async for piece in opened.opened.open_stream(part, core.blobs.read(stored.blob))]
    )


def close_sockets(installation: Installation) -> None:
    groups: tuple[tuple[socket.socket, ...], ...] = (
        installation.http,
        installation.smtp,
        installation.smtps,
    )
    for group in groups:
        for one in group:
            one.close()


class InstallationTemplate:
    """One founded practice per session, to be copied."""

    def __init__(self, cluster: EmbeddedPostgres, folder: Path) -> None:
        self._cluster = cluster
        self._folder = folder
        self._copies = 0

    async def copy(self) -> Installed:
        home = Home(self._folder / "founded")
        url = await fresh_database(self._cluster, self._found)
        self._copies += 1
        copied = Home(self._folder / str(self._copies))
        await asyncio.to_thread(shutil.copytree, home.path, copied.path)
        # The roles are the cluster's, and another test may have given them other passwords.
        await set_role_passwords(url, role_passwords(copied))
        practice = await demo_practice(copied, url)
        connection = await asyncpg.connect(url)
        try:
            member = await connection.fetchval("SELECT id FROM licorne.member")
        finally:
            await connection.close()
        return Installed(
            home=copied,
            urls=role_urls(copied, url),
            practice=practice,
            certificates=demo_certificates(copied.tls),
            member=MemberId(member),
        )

    async def discard(self, installed: Installed) -> None:
        await drop_database(self._cluster, installed.urls.owner)
        await asyncio.to_thread(shutil.rmtree, installed.home.path)

    async def _found(self, owner_url: str) -> None:
        home = Home(self._folder / "founded")
        await prepare(home, owner_url)
        await demo_practice(home, owner_url, CHEAP)
        demo_certificates(home.tls)


@pytest.fixture(scope="session")
def installation_template(cluster: EmbeddedPostgres) -> Iterator[InstallationTemplate]:
    with tempfile.TemporaryDirectory(prefix="licorne-homes-", dir=quickest_place()) as folder:
        yield InstallationTemplate(cluster, Path(folder))


@pytest_asyncio.fixture
async def installation(installation_template: InstallationTemplate) -> AsyncIterator[Installed]:
    installed = await installation_template.copy()
    try:
        yield installed
    finally:
        await installation_template.discard(installed)
