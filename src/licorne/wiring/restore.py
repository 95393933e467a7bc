"""`licorne restore`: an installation, from a backup and the copy of its keys, on an empty machine.

Everything is put together in a folder beside the home, which gets its name last: a restore that
fails leaves neither a home nor anything in the database, and can be tried again.
"""

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterable
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import msgspec

from licorne.adapters.file_sets.tar import TarredFolder
from licorne.adapters.system import SystemClock, SystemRandomness
from licorne.application.keeping.backup_manifest import BackupUnusable
from licorne.application.keeping.end_ways_in import EndWaysIn
from licorne.application.keeping.restore import Restore, Restored, Target
from licorne.domain.audit.tags import Tag
from licorne.ports.file_set import FileSetDamaged
from licorne.ports.key_custody import KeyUnavailable
from licorne.store import dumps
from licorne.store.database import open_database
from licorne.store.roles import set_role_passwords
from licorne.store.schema_versions import known_versions
from licorne.wiring.backup import FAILURES, refuse, say
from licorne.wiring.backup_places import backup_store, postgres_programs
from licorne.wiring.blob_places import blob_store
from licorne.wiring.installation import database_url, open_installation, role_passwords
from licorne.wiring.keys_copy import record, take_keys
from licorne.wiring.private_files import make_private_folder, write_private
from licorne.wiring.settings import Home, Settings, SettingsWrong, load_settings
from licorne.wiring.slot_places import create_slot_store, slot_pages


@dataclass(frozen=True, slots=True)
class RestoreOptions:
    """``source`` overrides where the settings in the keys' copy say that backups are.

    ``keep_ways_in``: nothing was revoked since that backup, so tokens and the like go on serving.
    """

    home: Path
    keys: Path
    database_url: str | None
    source: str | None
    backup: str | None
    keep_ways_in: bool = False


_ENDED = (
    "API tokens, app passwords, passkeys and open invitations serve no more, since some may have"
    " been revoked after the backup: make them anew."
)
_KEPT = (
    "API tokens, app passwords, passkeys and invitations serve as at the backup, as you asked: what"
    " was revoked after it serves again."
)


def run_restore(options: RestoreOptions) -> int:
    """Restore, telling how it goes; gives the exit status."""
    try:
        restored = asyncio.run(restore(options))
    except (*FAILURES, FileSetDamaged, KeyUnavailable) as problem:
        return refuse(problem)
    except (OSError, asyncpg.PostgresError) as problem:
        sys.stderr.write(f"The restore failed ({type(problem).__name__}: {problem.args[:1]}).\n")
        return 1
    say(
        f"Restored: backup {restored.manifest.stamp}, {restored.blobs} attachments, the shred slots"
        f" of {restored.slots_from}. What came after the backup is lost. Everybody signs in anew."
    )
    say(_KEPT if options.keep_ways_in else _ENDED)
    say(
        "Members who were suspended or let go after the backup, and passwords that were changed"
        " after it, are as they were: suspend, let go and change once more, before anybody else"
        " can sign in. Texts that waited then are sent again. Start with: licorne up"
        f" --home {options.home.absolute()}"
    )
    return 0


async def restore(options: RestoreOptions) -> Restored:
    home = Home(options.home.absolute())
    if home.path.exists() and any(home.path.iterdir()):
        raise SettingsWrong(f"{home.path} isn't empty; a restore never writes over anything.")
    building = Home(home.path.with_name(f".{home.path.name}.restoring"))
    if building.path.exists():  # left by a restore that was killed; made by us, used by nobody
        shutil.rmtree(building.path)
    make_private_folder(building.path)
    try:
        restored = await _build(building, options)
    except BaseException:
        shutil.rmtree(building.path)
        raise
    if home.path.exists():
        home.path.rmdir()
    building.path.rename(home.path)
    return restored


async def _build(home: Home, options: RestoreOptions) -> Restored:
    take_keys(options.keys, home)
    settings = load_settings(home)
    if options.source:
        backup = msgspec.structs.replace(settings.backup, to=options.source)
        settings = msgspec.structs.replace(settings, backup=backup)
    url = _database_url(home, settings, options)
    if not await dumps.is_empty(url):
        raise SettingsWrong(
            "The database isn't empty; a restore never writes over anything. Make a new one"
            " (createdb) and name it with --database-url."
        )
    for folder in (home.slots, home.blobs, home.audit_heads):
        make_private_folder(folder)
    programs = postgres_programs()

    async def take_dump(chunks: AsyncIterable[bytes]) -> None:
        file = home.path / "database.dump"
        with file.open("xb") as dumped:
            async for chunk in chunks:
                dumped.write(chunk)
        await dumps.restore(programs, url, file)
        file.unlink()
        file.with_suffix(".list").unlink()

    await create_slot_store(home, settings, SystemRandomness())
    target = Target(
        database=take_dump,
        blobs=blob_store(home, settings),
        slots=slot_pages(home, settings),
        audit_heads=TarredFolder(home.audit_heads),
        known_schemas=known_versions(),
    )
    restored = await Restore(backup_store(home, settings.backup), target)(options.backup, say)
    await _settle(home, settings, url, restored, keep_ways_in=options.keep_ways_in)
    return restored


async def _settle(
    home: Home, settings: Settings, url: str, restored: Restored, *, keep_ways_in: bool
) -> None:
    """Bring the schema up, end ways in, let the roles in, and see that the keys fit."""
    from licorne.store.migrate import migrate

    await migrate(url)
    await set_role_passwords(url, role_passwords(home))
    write_private(home.database_url, url + "\n")
    database = await open_database(url, size=1)
    try:
        end = EndWaysIn(database, SystemClock(), SystemRandomness())
        await end(sessions_only=keep_ways_in)
        opened = await open_installation(home, database, settings)
    finally:
        await database.close()
    if opened.id != restored.manifest.installation:
        raise BackupUnusable("The database is not of the installation that the manifest names.")
    await record(home, settings, Tag.BACKUP_RESTORED, restored.manifest.stamp)


def _database_url(home: Home, settings: Settings, options: RestoreOptions) -> str:
    named = options.database_url or os.environ.get("LICORNE_DATABASE_URL")
    return database_url(home, named, settings.database_url_file)
