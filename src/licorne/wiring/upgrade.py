"""`licorne upgrade`: a backup, then the schema, forward only. The way back is the backup."""

import asyncio
import os
from pathlib import Path

import asyncpg

from licorne.domain.audit.tags import Tag
from licorne.store.roles import RuntimeRole, set_role_passwords
from licorne.store.schema_versions import known_versions, present_version, roles_at_work
from licorne.wiring.backup import FAILURES, back_up, refuse, say
from licorne.wiring.installation import database_url, refuse_newer_schema, role_passwords
from licorne.wiring.keys_copy import record
from licorne.wiring.settings import Home, Settings, SettingsWrong, load_settings


def run_upgrade(home_path: Path, *, with_backup: bool) -> int:
    """Upgrade, telling how it goes; gives the exit status."""
    home = Home(home_path.absolute())
    try:
        settings = load_settings(home)
        asyncio.run(upgrade(home, settings, with_backup=with_backup))
    except FAILURES as problem:
        return refuse(problem)
    except (OSError, asyncpg.PostgresError) as problem:
        say(
            f"The upgrade failed ({type(problem).__name__}); the schema is as it was. Is the"
            " database running, and its URL the schema owner's?"
        )
        return 1
    return 0


async def upgrade(home: Home, settings: Settings, *, with_backup: bool) -> None:
    url = database_url(home, os.environ.get("LICORNE_DATABASE_URL"), settings.database_url_file)
    await refuse_newer_schema(url)
    before, newest = await present_version(url), known_versions()[-1]
    if before is None:
        raise SettingsWrong("This database was not set up yet: run licorne init.")
    if before == newest:
        say("The data is of this release already; nothing was done.")
        return
    busy = await roles_at_work(url, [role.value for role in RuntimeRole])
    if busy:
        raise SettingsWrong(
            "Licorne is running on this database, here or on another machine. Stop it everywhere,"
            " then upgrade."
        )
    if with_backup:
        made = await back_up(home, settings, say)
        say(f"Backup {made.manifest.stamp} is made.")
    from licorne.store.migrate import migrate

    say(f"Schema {before} becomes {newest} …")
    await migrate(url)
    await set_role_passwords(url, role_passwords(home))  # a release may bring a role
    await record(home, settings, Tag.INSTALLATION_UPGRADED, f"{before}-{newest}")
    say("Done. Start it again: licorne up")
