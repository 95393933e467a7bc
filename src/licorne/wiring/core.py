"""What every role stands on: opened keys, stores and connections. Made once per process."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

import asyncpg
import structlog

from licorne.adapters.system import SystemClock, SystemRandomness
from licorne.application.sending.accept import AcceptMessage
from licorne.application.sending.check_files import CheckFiles
from licorne.application.sending.check_recipient import CheckRecipient
from licorne.application.sending.meet_contact import MeetContact
from licorne.application.sending.reservations import Reservations
from licorne.application.sending.screen import IntakeFactsReader, ScreenMessage
from licorne.application.sending.seal import SealMessage
from licorne.application.sending.seal_content import ContentSealer
from licorne.application.sending.send_message import SendMessage
from licorne.application.trusted_keys import TrustedKeys
from licorne.domain.sealing.records import IntakeKey
from licorne.ports.blob_store import BlobStore
from licorne.ports.key_custody import KeyUnavailable
from licorne.ports.slot_store import SlotStore
from licorne.store import installations, reader_keys
from licorne.store.database import Database, open_database
from licorne.vault.argon2_threads import Argon2Threads
from licorne.vault.intake_keys import IntakeKeyPool
from licorne.vault.key_directory import KeyDirectory
from licorne.vault.keyring import Keyring
from licorne.vault.keyring_rows import follow_keyring
from licorne.vault.passwords import PasswordVault
from licorne.wiring.blob_places import blob_store
from licorne.wiring.custody import custody_of
from licorne.wiring.files import file_checks
from licorne.wiring.installation import RoleUrls, open_installation
from licorne.wiring.settings import Home, Settings
from licorne.wiring.slot_places import slot_store

log = structlog.get_logger("licorne.keys")

SECONDS_BETWEEN_LOOKS = 5.0  # at the rows of the subkeys

# Counting a quota may be forgotten in a crash; a message may not. So the facts' connection, whose
# only write is that count, doesn't wait for the disk.
#
# The statements of intake are few and large: planning them anew each time would cost more than
# running them, and their best plan doesn't depend on the values.
_DURABLE = {"synchronous_commit": "on"}
_INTAKE_SETTINGS = {**_DURABLE, "plan_cache_mode": "force_generic_plan"}
_FACTS_SETTINGS = {**_INTAKE_SETTINGS, "synchronous_commit": "off"}


@dataclass(frozen=True, slots=True)
class Core:
    """Opened for one process; ``open_core`` closes all of it."""

    home: Home
    settings: Settings
    installation: UUID
    keyring: Keyring
    passwords: PasswordVault
    clock: SystemClock
    randomness: SystemRandomness
    slots: SlotStore
    blobs: BlobStore
    app: Database
    intake: Database
    facts: Database
    directory: KeyDirectory
    keys: TrustedKeys
    intake_keys: IntakeKeyPool
    sealer: ContentSealer
    files: CheckFiles


@contextlib.asynccontextmanager
async def open_core(home: Home, settings: Settings, urls: RoleUrls) -> AsyncIterator[Core]:
    """Open everything a role that sends or reads needs. Raises ``KeyUnavailable``."""
    async with contextlib.AsyncExitStack() as stack:
        app = await _open(stack, urls.app, 10, _DURABLE, keeps_no_state=True)
        intake = await _open(stack, urls.intake, 2, _INTAKE_SETTINGS, keeps_no_state=True)
        facts = await _open(stack, urls.intake, 2, _FACTS_SETTINGS, keeps_no_state=True)
        opened = await open_installation(home, app, settings)
        clock, randomness = SystemClock(), SystemRandomness()
        following = asyncio.create_task(_follow_keys(home, settings, app, opened.keyring))
        stack.push_async_callback(_end, following)
        slots = slot_store(home, settings, randomness)
        stack.callback(slots.close)
        blobs = blob_store(home, settings)
        threads = Argon2Threads()
        stack.callback(threads.close)
        directory = KeyDirectory(opened.keyring)

        async def keep(key: IntakeKey) -> None:
            async with intake.before_tenant() as connection:
                await reader_keys.add_intake_keys(connection, [key])

        yield Core(
            home=home,
            settings=settings,
            installation=opened.id,
            keyring=opened.keyring,
            passwords=PasswordVault(opened.keyring, randomness, threads),
            clock=clock,
            randomness=randomness,
            slots=slots,
            blobs=blobs,
            app=app,
            intake=intake,
            facts=facts,
            directory=directory,
            keys=TrustedKeys(app, directory),
            intake_keys=IntakeKeyPool(opened.keyring, randomness, clock, keep),
            sealer=ContentSealer(opened.keyring, slots, blobs, randomness),
            files=file_checks(settings),
        )


async def _follow_keys(home: Home, settings: Settings, app: Database, keyring: Keyring) -> None:
    """Meet new versions of the subkeys while the process runs, well before they are in use."""
    custody, clock = custody_of(home, settings), SystemClock()
    while True:
        await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
        try:
            async with app.before_tenant() as connection:
                rows = await installations.fetch_keys(connection)
            await follow_keyring(custody, rows, keyring, clock.now())
        except KeyUnavailable as problem:  # what is open stays open
            log.warning("new_key_waits", cause=problem.cause)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as problem:
            log.warning("keys_not_seen", kind=type(problem).__name__)


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def _open(
    stack: contextlib.AsyncExitStack,
    url: str,
    size: int,
    settings: dict[str, str],
    *,
    keeps_no_state: bool = False,
) -> Database:
    database = await open_database(url, size=size, settings=settings, keeps_no_state=keeps_no_state)
    stack.push_async_callback(database.close)
    return database


@dataclass(frozen=True, slots=True)
class Sending:
    """The main job's use cases, as every edge that sends gets them."""

    send: SendMessage
    check_recipient: CheckRecipient
    meet: MeetContact
    reservations: Reservations


def compose_sending(core: Core) -> Sending:
    reservations = Reservations(core.facts, core.clock)
    reader = IntakeFactsReader(core.facts, core.clock)
    screen = ScreenMessage(reader, reservations, core.keyring)
    meet = MeetContact(core.app, core.keyring, core.slots, core.clock, core.randomness)
    seal = SealMessage(
        core.sealer, core.keys, core.intake_keys, core.passwords, core.clock, core.randomness
    )
    send = SendMessage(
        screen,
        meet,
        seal,
        AcceptMessage(core.intake),
        core.sealer,
        core.files,
        core.app,
        core.keyring,
        core.clock,
        core.randomness,
    )
    return Sending(send, CheckRecipient(screen), meet, reservations)
