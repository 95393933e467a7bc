"""The large restore drill: as many messages as a practice has after years, back within half an hour.

    .venv/bin/python -m tests.release.restore_drill             # 100,000 messages
    .venv/bin/python -m tests.release.restore_drill --messages 1000

Every message must open for the practice afterwards, and no recalled one for its contact.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path
from uuid import UUID

import asyncpg
from tests.support.postgres import fresh_database

from licorne.adapters.embedded_postgres import start_embedded_postgres
from licorne.application.receiving.open_sealed import SealedReader
from licorne.application.sending.outcome import Sent
from licorne.application.sending.recall_message import RecallMessage
from licorne.domain.identity.actor import Actor, ActorKind
from licorne.domain.identity.ids import MemberId, MessageId, OrganizationId
from licorne.domain.identity.phone_number import PhoneNumber
from licorne.domain.message.content import Content
from licorne.domain.message.draft import Draft, Source
from licorne.domain.sealing.records import SlotReference, UnlockMethod
from licorne.ports.slot_store import SlotDestroyed
from licorne.store import reader_keys
from licorne.vault.reader_keys import OpenReaderKey
from licorne.wiring.backup import back_up
from licorne.wiring.core import Core, compose_sending, open_core
from licorne.wiring.demo_practice import DemoPractice, demo_practice
from licorne.wiring.installation import prepare, role_urls
from licorne.wiring.keys_copy import copy_keys
from licorne.wiring.private_files import write_private
from licorne.wiring.restore import RestoreOptions, restore
from licorne.wiring.settings import Backup, Home, Settings

ALLOWED = 30 * 60  # seconds
AT_ONCE = 64
CONTACTS = 500
RECALLED_OF = 50  # one in so many


async def main(messages: int) -> int:
    with tempfile.TemporaryDirectory() as folder:
        cluster = await start_embedded_postgres(Path(folder) / "postgres")
        try:
            first, second = await fresh_database(cluster), await fresh_database(cluster)
            return await _drill(Path(folder), first, second, messages)
        finally:
            await cluster.stop()


async def _drill(folder: Path, first: str, second: str, messages: int) -> int:
    home, backups = Home(folder / "home"), folder / "backups"
    backups.mkdir()
    await prepare(home, first)
    practice = await demo_practice(home, first)
    write_private(home.database_url, first + "\n")
    settings = Settings(backup=Backup(to=str(backups)))
    organization = OrganizationId(UUID(practice.organization_id))
    member = await _member(first)
    async with open_core(home, settings, role_urls(home, first)) as core:
        with _clock(f"{messages} messages are sent, one in {RECALLED_OF} is recalled"):
            await _fill(core, organization, member, messages)
    with _clock("they are backed up"):
        await back_up(home, settings, str)
    copy_keys(home, settings, folder / "stick")
    begun = time.monotonic()
    with _clock("they are restored"):
        new = Home(folder / "restored")
        await restore(RestoreOptions(new.path, folder / "stick", second, str(backups), None))
    took = time.monotonic() - begun
    async with open_core(new, settings, role_urls(new, second)) as core:
        with _clock("every one is opened"):
            opened, ended = await _open_all(core, second, organization, member, practice)
    wanted = (messages, len(range(0, messages, RECALLED_OF)))
    print(f"opened {opened}, ended {ended}, wanted {wanted}; restored in {took:.0f} s")
    return 0 if (opened, ended) == wanted and took <= ALLOWED else 1


async def _member(url: str) -> MemberId:
    connection = await asyncpg.connect(url)
    try:
        return MemberId(await connection.fetchval("SELECT id FROM licorne.member"))
    finally:
        await connection.close()


async def _fill(core: Core, organization: OrganizationId, member: MemberId, messages: int) -> None:
    send = compose_sending(core).send
    recall = RecallMessage(core.app, core.slots, core.clock, core.randomness)
    author, numbers = Actor(ActorKind.MEMBER, member), iter(range(messages))

    async def one_after_the_other() -> None:
        for number in numbers:
            to = PhoneNumber.from_e164(f"+1212555{number % CONTACTS:04}")
            content = Content(None, f"Message {number}")
            sent = await send(Draft(organization, author, Source.API, (to,), content))
            assert isinstance(sent, Sent), sent
            if number % RECALLED_OF == 0:
                await recall(organization, sent.message, author)

    await asyncio.gather(*(one_after_the_other() for _ in range(AT_ONCE)))


async def _open_all(
    core: Core, url: str, organization: OrganizationId, member: MemberId, practice: DemoPractice
) -> tuple[int, int]:
    key = await _key(core, organization, member, practice.password)
    reader = SealedReader(core.keyring, core.slots, core.blobs)
    connection = await asyncpg.connect(url)
    rows = await connection.fetch("SELECT id, contact_slot FROM licorne.message")
    await connection.close()
    opened = ended = 0
    for row in rows:
        async with core.app.tenant(organization) as tenant:
            await reader.open(tenant, organization, MessageId(row["id"]), key)
        opened += 1
        try:
            await core.slots.read(SlotReference.parse(row["contact_slot"]))
        except SlotDestroyed:
            ended += 1
    return opened, ended


async def _key(
    core: Core, organization: OrganizationId, member: MemberId, password: str
) -> OpenReaderKey:
    async with core.app.tenant(organization) as connection:
        pointer = await reader_keys.fetch_current(connection, organization, member)
        assert pointer is not None
        key = await reader_keys.fetch_key(connection, organization, pointer.key)
        assert key is not None
        wraps = await reader_keys.fetch_wraps(connection, organization, key.id)
    (wrap,) = [one for one in wraps if one.method is UnlockMethod.PASSWORD]
    return await core.passwords.unwrap_private_key(key, wrap, password)


class _clock:  # noqa: N801 - reads as a statement
    def __init__(self, what: str) -> None:
        self._what = what

    def __enter__(self) -> None:
        self._begun = time.monotonic()

    def __exit__(self, *_: object) -> None:
        print(f"{self._what}: {time.monotonic() - self._begun:.0f} s", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--messages", type=int, default=100_000)
    sys.exit(asyncio.run(main(parser.parse_args().messages)))
