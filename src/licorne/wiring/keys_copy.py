"""The keys' own copy, apart from every backup: unseal key, secrets, settings, certificates.

Who has it and a backup can read what waits and all names; who has one of them can't. So it goes
to another place, by hand, when something in it has changed.
"""

import asyncio
import os
import sys
from pathlib import Path

import asyncpg

from licorne.adapters.system import SystemClock, SystemRandomness
from licorne.application.new_ids import NewIds
from licorne.domain.audit.event import AuditEvent
from licorne.domain.audit.signed_head import INSTALLATION_CHAIN
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.actor import Actor
from licorne.domain.identity.ids import OrganizationId
from licorne.store import audit
from licorne.store.database import open_database
from licorne.wiring.installation import database_url
from licorne.wiring.private_files import make_private_folder, write_private
from licorne.wiring.settings import FILE_NAME, Home, Settings, SettingsWrong, load_settings

FOLDERS = ("keys", "secrets", "tls")


def run_keys_copy(home_path: Path, to: Path) -> int:
    """Copy the keys to a new folder; gives the exit status."""
    home = Home(home_path.absolute())
    try:
        settings = load_settings(home)
        count = copy_keys(home, settings, to.absolute())
        asyncio.run(record(home, settings, Tag.KEYS_COPIED))
    except SettingsWrong as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    except (OSError, asyncpg.PostgresError) as problem:
        sys.stderr.write(f"The keys can't be copied, or it can't be recorded ({problem}).\n")
        return 1
    sys.stderr.write(
        f"{count} files are in {to}. Keep them apart from every backup, and from this machine.\n"
    )
    return 0


def copy_keys(home: Home, settings: Settings, to: Path) -> int:
    """Copy, durable, into a folder that isn't there or is empty. Raises `SettingsWrong`."""
    _check_apart(home, settings, to)
    files = [home.settings_file] if home.settings_file.exists() else []
    for folder in FOLDERS:
        files += [path for path in (home.path / folder).rglob("*") if path.is_file()]
    make_private_folder(to)
    for path in files:
        target = to / path.relative_to(home.path)
        write_private(target, path.read_text(encoding="utf-8"))
    return len(files)


def take_keys(copy: Path, home: Home) -> None:
    """Bring a copy of the keys into a home that has none. Raises `SettingsWrong`."""
    there = [home.unseal_key, home.passphrase, home.settings_file]
    if not any((copy / path.relative_to(home.path)).is_file() for path in there):
        raise SettingsWrong(
            f"{copy} is no copy of the keys: it has no keys/unseal.key. Name the folder that"
            " licorne backup --keys-to made."
        )
    for folder in FOLDERS:
        make_private_folder(home.path / folder)
    for path in copy.rglob("*"):
        relative = path.relative_to(copy)
        if path.is_file() and (relative.parts[0] in FOLDERS or relative == Path(FILE_NAME)):
            write_private(home.path / relative, path.read_text(encoding="utf-8"))


async def record(home: Home, settings: Settings, tag: Tag, detail: str | None = None) -> None:
    """Write an act of the operator down in the installation's own chain."""
    url = database_url(home, os.environ.get("LICORNE_DATABASE_URL"), settings.database_url_file)
    database = await open_database(url, size=1)
    clock = SystemClock()
    try:
        async with database.tenant(OrganizationId(INSTALLATION_CHAIN)) as connection:
            event = AuditEvent(
                id=NewIds(clock, SystemRandomness())(),
                organization=None,
                at=clock.now(),
                tag=tag,
                actor=Actor.operator(),
                detail=detail,
            )
            await audit.record(connection, event)
    finally:
        await database.close()


def _check_apart(home: Home, settings: Settings, to: Path) -> None:
    inside = [home.path.resolve()]
    if settings.backup.to and not settings.backup.to.startswith("s3://"):
        inside.append((home.path / settings.backup.to).resolve())
    if any(to.resolve().is_relative_to(one) or one.is_relative_to(to.resolve()) for one in inside):
        raise SettingsWrong(
            "The keys must not lie beside the data or its backups: name a folder elsewhere, such"
            " as a stick that you take with you."
        )
    if to.exists() and any(to.iterdir()):
        raise SettingsWrong(f"{to} isn't empty. Name a new folder.")
