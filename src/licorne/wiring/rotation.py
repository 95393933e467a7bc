"""Runs `licorne keys list`, `rotate`, `retire` and `move` on an installation."""

import argparse
import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import asyncpg

from licorne.adapters.custody.key_file import KeyFileCustody
from licorne.adapters.system import SystemRandomness
from licorne.application.governing.record_holders import RecordHolders
from licorne.application.governing.team_keys import TeamKeys
from licorne.application.keeping.rotate_keys import KeyStanding, RotateKeys
from licorne.domain.audit.tags import Tag
from licorne.domain.sealing.records import InstallationKeyName
from licorne.ports.key_custody import KeyCustody, KeyUnavailable
from licorne.store import installations
from licorne.store.database import Database, open_database
from licorne.vault.keyring_rows import rewrap_keyring_rows
from licorne.wiring.commands import find_home
from licorne.wiring.core import Core, open_core
from licorne.wiring.custody import bring_passphrase, custody_of
from licorne.wiring.installation import database_url, insist_on_schema, role_urls
from licorne.wiring.keys_copy import record
from licorne.wiring.settings import Home, Settings, SettingsWrong, load_settings

_KEPT = "for ever"


def run_keys(options: argparse.Namespace) -> int:
    """Run one act; gives the exit status."""
    try:
        home = find_home(options.home)
        settings = load_settings(home)
        asyncio.run(_run(options, home, settings))
    except SettingsWrong as problem:
        sys.stderr.write(f"{problem}\n")
    except KeyUnavailable as problem:
        sys.stderr.write(f"{problem.sentence}\n")
    except (OSError, asyncpg.PostgresError) as problem:
        sys.stderr.write(f"The database doesn't answer ({type(problem).__name__}).\n")
    else:
        return 0
    return 1


async def _run(options: argparse.Namespace, home: Home, settings: Settings) -> None:
    url = database_url(home, os.environ.get("LICORNE_DATABASE_URL"), settings.database_url_file)
    await insist_on_schema(url)
    await bring_passphrase(home, settings)
    if options.act == "move":
        earlier = _earlier_settings(home, options.earlier)
        await rewrap(url, custody_of(home, earlier), custody_of(home, settings))
        await record(home, settings, Tag.KEY_ROTATED, "custody")
        say(f"Every key is locked by {settings.custody.kind} now. Print the kit anew: licorne kit.")
        return
    if options.act == "rotate" and options.name == "unseal":
        await rotate_unseal(home, settings, url)
        return
    async with open_core(home, settings, role_urls(home, url)) as core, _owner(url) as owner:
        rotate = compose_rotation(core, owner)
        match options.act:
            case "list":
                _tell(await rotate.standing())
            case "retire":
                gone = await rotate.retire()
                say(", ".join(f"{one.name.value}/{one.version}" for one in gone) or "Nothing.")
            case _:
                await _rotate(rotate, core, options.name)


async def _rotate(rotate: RotateKeys, core: Core, name: str) -> None:
    if name == "record":
        say(f"{await rotate.record_keys()} record keys have a new version, in use at once.")
    elif name == "teams":
        say(f"{await rotate.team_keys()} teams have a new key, in use at once.")
    elif name == "fields":
        await rotate_fields(rotate, core)
    else:
        made = await rotate.publish(InstallationKeyName(name))
        say(f"{name}/{made.version} is in use from {_shown(made.in_use_at)} on.")


async def rotate_fields(rotate: RotateKeys, core: Core) -> None:
    """Publish, wait until it is in use, and seal every field anew; goes on where it was killed."""
    name = InstallationKeyName.FIELDS
    ours = [one for one in await rotate.standing() if one.name is name]
    unfinished = any(one.needed for one in ours if not one.in_use) or not ours[-1].in_use
    made = ours[-1] if unfinished else await rotate.publish(name)
    while core.keyring.current_version(name) < made.version:  # `core` follows the rows
        say(f"fields/{made.version} is in use from {_shown(made.in_use_at)} on; waiting.")
        await asyncio.sleep(5)

    def progress(done: int) -> None:
        say(f"{done} fields sealed anew")

    await rotate.seal_fields_anew(progress)
    say("Every field is sealed anew. In a minute: licorne keys retire")


def compose_rotation(core: Core, owner: Database) -> RotateKeys:
    holders = RecordHolders(core.keyring, core.directory, core.clock, core.randomness)
    team_keys = TeamKeys(core.keyring, core.directory, core.clock, core.randomness)
    return RotateKeys(
        owner,
        core.app,
        core.keyring,
        custody_of(core.home, core.settings),
        holders,
        team_keys,
        core.clock,
        core.randomness,
    )


async def rotate_unseal(home: Home, settings: Settings, url: str) -> None:
    """Lock every subkey by a new K0. In a vault, rotate the key there first."""
    kind = settings.custody.kind
    if kind == "passphrase":
        raise SettingsWrong(
            "To change the passphrase, move to a key file and back: licorne keys move --help."
        )
    if kind != "key_file":
        custody = custody_of(home, settings)
        await rewrap(url, custody, custody)
        await record(home, settings, Tag.KEY_ROTATED, "unseal")
        say(f"Every key is locked anew by {kind}, under the newest version of its key.")
        return
    fresh = home.new_unseal_key
    if not fresh.exists():
        KeyFileCustody.create(fresh, SystemRandomness())
    # The usual custody opens by either file, so this may have been killed anywhere before.
    await rewrap(url, custody_of(home, settings), KeyFileCustody(fresh, SystemRandomness()))
    await record(home, settings, Tag.KEY_ROTATED, "unseal")
    earlier = settle(home)
    say(
        "Every key is locked by the new unseal key. Print the kit anew: licorne kit.\n"
        f"Backups made until now need the earlier one: {earlier}. Keep it apart from them, as long"
        " as they are kept."
    )


def settle(home: Home) -> Path:
    """Let the new key file take its place; the earlier one stays under a name of its own."""
    earlier = home.unseal_key.with_name(f"unseal-until-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.key")
    if home.unseal_key.exists():
        home.unseal_key.rename(earlier)
    home.new_unseal_key.rename(home.unseal_key)
    return earlier


async def rewrap(url: str, old: KeyCustody, new: KeyCustody) -> None:
    """Lock every subkey by another K0, in one transaction: all of them, or none."""
    database = await open_database(url, size=1)
    try:
        async with database.before_tenant() as connection, connection.transaction():
            await installations.hold_keys(connection)
            rows = await installations.fetch_keys(connection)
            await installations.rewrap_keys(connection, await rewrap_keyring_rows(old, new, rows))
    finally:
        await database.close()


def _earlier_settings(home: Home, file: Path) -> Settings:
    if not file.is_file():
        raise SettingsWrong(f"{file} is no file: name the licorne.toml from before.")
    return load_settings(home, {}, file)


@contextlib.asynccontextmanager
async def _owner(url: str) -> AsyncIterator[Database]:
    database = await open_database(url, size=2)
    try:
        yield database
    finally:
        await database.close()


def _tell(standing: tuple[KeyStanding, ...]) -> None:
    for one in standing:
        state = "in use" if one.in_use else "old"
        if _waits(one):
            state = f"from {_shown(one.in_use_at)}"
        needed = _KEPT if one.needed is None else str(one.needed)
        say(f"{one.name.value:8} {one.version:3}  {state:24} needed: {needed}")


def _waits(one: KeyStanding) -> bool:
    return one.in_use_at is not None and one.in_use_at > datetime.now(UTC)


def _shown(at: datetime | None) -> str:
    return "now" if at is None else f"{at.astimezone(UTC):%H:%M:%S} UTC"


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
