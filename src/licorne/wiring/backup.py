"""`licorne backup`: makes a backup where the settings say, or copies the keys to somewhere else."""

import asyncio
import os
import sys
from datetime import timedelta
from functools import partial
from pathlib import Path

import asyncpg

from licorne import __version__
from licorne.adapters.file_sets.tar import TarredFolder
from licorne.adapters.system import SystemClock, SystemRandomness
from licorne.application.keeping.back_up import BackedUp, BackUp, Progress, Source
from licorne.application.keeping.backup_manifest import BackupUnusable
from licorne.ports.backup_store import BackupStoreFailed, PieceMissing
from licorne.store import installations
from licorne.store.database import open_database
from licorne.store.dumps import DumpFailed, dump
from licorne.store.schema_versions import present_version
from licorne.wiring.backup_places import backup_store, postgres_programs
from licorne.wiring.blob_places import blob_store
from licorne.wiring.installation import database_url
from licorne.wiring.settings import Home, Settings, SettingsWrong, load_settings
from licorne.wiring.slot_places import slot_pages

FAILURES = (SettingsWrong, BackupUnusable, BackupStoreFailed, DumpFailed, PieceMissing)


def run_backup(home_path: Path) -> int:
    """Make a backup, telling how it goes; gives the exit status."""
    home = Home(home_path.absolute())
    try:
        settings = load_settings(home)
        made = asyncio.run(back_up(home, settings, say))
    except FAILURES as problem:
        return refuse(problem)
    except (OSError, asyncpg.PostgresError) as problem:
        say(f"The backup failed ({type(problem).__name__}). Does the database answer?")
        return 1
    say(_told(made))
    if made.slots_removed and settings.backup.to.startswith("s3://"):
        say(
            "Warning: this credential can delete. Who breaks into this machine could delete the"
            " backups too: give it the rights of deploy/backup-store-policy.json and no more."
        )
    return 0


async def back_up(home: Home, settings: Settings, progress: Progress) -> BackedUp:
    owner_url = database_url(
        home, os.environ.get("LICORNE_DATABASE_URL"), settings.database_url_file
    )
    store = backup_store(home, settings.backup)
    programs = postgres_programs()
    schema = await present_version(owner_url)
    database = await open_database(owner_url, size=2)
    try:
        async with database.before_tenant() as connection:
            installation = await installations.fetch_id(connection)
        if installation is None or schema is None:
            raise SettingsWrong("This database was not set up yet: there is nothing to back up.")
        source = Source(
            installation=installation,
            licorne=__version__,
            schema=schema,
            dump=partial(dump, programs, owner_url),
            blobs=blob_store(home, settings),
            slots=slot_pages(home, settings),
            audit_heads=TarredFolder(home.audit_heads),
        )
        kept = timedelta(days=settings.backup.slot_copies_kept_days)
        make = BackUp(source, store, database, SystemClock(), SystemRandomness(), kept)
        return await make(progress)
    finally:
        await database.close()


def say(text: str) -> None:
    sys.stderr.write(text + "\n")


def refuse(problem: Exception) -> int:
    say(getattr(problem, "sentence", str(problem)))
    return 1


def _told(made: BackedUp) -> str:
    told = (
        f"Backup {made.manifest.stamp} is whole: {made.manifest.database.size} bytes of database,"
        f" {made.manifest.blob_count} attachments ({made.new_blobs} new)."
    )
    if made.slots_kept:
        told += (
            f" {made.slots_kept} older copies of shred slots are due to end, and this credential"
            " can't remove them: the store's lifecycle rule for slots/ must."
        )
    return told
