"""`licorne inventory`: prints assets and flows of health information, for papers and auditors."""

import asyncio
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import msgspec

from licorne.store.server_facts import (
    InstallationFacts,
    ServerFacts,
    fetch_installation,
    fetch_practices,
    fetch_server,
)
from licorne.wiring.installation import database_url
from licorne.wiring.inventory.asset import Inventory
from licorne.wiring.inventory.listing import Known, list_inventory
from licorne.wiring.settings import Home, Settings, SettingsWrong, load_settings

_PATIENCE = 10.0  # seconds


def run_inventory(home_path: Path, *, as_json: bool) -> int:
    """Print it; gives the exit status. A database that is away is listed, and said to be."""
    home = Home(home_path.absolute())
    try:
        settings = load_settings(home)
        inventory = list_inventory(asyncio.run(_known(home, settings)))
    except SettingsWrong as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    if as_json:
        sys.stdout.write(msgspec.json.encode(inventory).decode() + "\n")
    else:
        sys.stdout.write("\n".join(_lines(inventory)) + "\n")
    return 0


async def _known(home: Home, settings: Settings) -> Known:
    url = database_url(home, os.environ.get("LICORNE_DATABASE_URL"), settings.database_url_file)
    server: ServerFacts | None = None
    facts = InstallationFacts((), (), 0, None)
    practices: tuple[str, ...] = ()
    try:
        connection = await asyncpg.connect(url, timeout=_PATIENCE)
        try:
            server = await fetch_server(connection)
            facts, practices = (
                await fetch_installation(connection),
                await fetch_practices(connection),
            )
        finally:
            await connection.close()
    except (OSError, TimeoutError, asyncpg.PostgresError):
        sys.stderr.write("The database doesn't answer: what is known of it is left out.\n")
    host = urlsplit(url).hostname or "a socket of this machine"
    return Known(home, settings, host, server, facts, practices)


def _lines(inventory: Inventory) -> Iterator[str]:
    yield "Assets that hold health information, or what opens it"
    for asset in inventory.assets:
        yield ""
        yield f"  {asset.name}"
        yield f"    version    {asset.version}"
        yield f"    where      {asset.where}"
        yield f"    holds      {asset.holds}"
        yield f"    protected  {asset.protected}"
        yield f"    answers    {asset.answers}"
    yield ""
    yield "How it moves"
    for flow in inventory.flows:
        yield ""
        yield f"  {flow.source} → {flow.target}"
        yield f"    moves      {flow.moves}"
        yield f"    protected  {flow.protected}"
    yield ""
    yield "Who needs an agreement with you (45 CFR 164.308(b)); ask counsel"
    for party in inventory.needs_agreement:
        yield f"  {party}"
