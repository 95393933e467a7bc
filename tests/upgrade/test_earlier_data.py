"""Data made by every earlier schema is taken over by this release, and opens."""

import asyncio
import contextlib
import io
import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest
import pytest_asyncio
from alembic.script import ScriptDirectory
from tests.support.installation import Installed, attachment_bytes
from tests.support.postgres import drop_database, fresh_database
from tests.upgrade.make import DATA, FILE

from licorne.adapters.demo_authority import demo_certificates
from licorne.adapters.embedded_postgres import EmbeddedPostgres
from licorne.domain.identity.ids import MemberId, MessageId
from licorne.store import dumps
from licorne.store.migrate import _config
from licorne.store.roles import set_role_passwords
from licorne.store.schema_versions import known_versions, present_version
from licorne.wiring.backup_places import postgres_programs
from licorne.wiring.core import open_core
from licorne.wiring.demo_practice import DemoPractice
from licorne.wiring.installation import role_passwords, role_urls
from licorne.wiring.keys_copy import take_keys
from licorne.wiring.main import main
from licorne.wiring.private_files import make_private_folder, write_private
from licorne.wiring.restore import RestoreOptions, restore
from licorne.wiring.settings import Home, Settings

EARLIER = sorted(path.name for path in DATA.iterdir())


@pytest_asyncio.fixture
async def url(cluster: EmbeddedPostgres) -> AsyncIterator[str]:
    made = await fresh_database(cluster)
    yield made
    await drop_database(cluster, made)


@pytest.mark.parametrize("schema", EARLIER)
async def test_what_an_earlier_release_kept_opens_after_a_restore(
    schema: str, url: str, tmp_path: Path
):
    home = Home(tmp_path / "home")
    data = DATA / schema
    await restore(RestoreOptions(home.path, data / "keys", url, str(data / "backups"), None))
    await everything_opens(home, url, data)


@pytest.mark.parametrize("schema", [one for one in EARLIER if one != known_versions()[-1]])
async def test_an_earlier_installation_is_upgraded_after_a_backup_of_it(
    schema: str, url: str, tmp_path: Path
):
    home = await put_back(tmp_path, url, DATA / schema)
    (tmp_path / "backups").mkdir()
    write_private(home.settings_file, f'[backup]\nto = "{tmp_path / "backups"}"\n')
    assert "licorne upgrade" in (await run("doctor", home))[1]
    status, told = await run("upgrade", home)
    assert status == 0, told
    assert await present_version(url) == known_versions()[-1]
    (manifest,) = (tmp_path / "backups" / "manifests").iterdir()
    assert json.loads(manifest.read_text())["schema"] == schema
    await everything_opens(home, url, DATA / schema)
    assert "nothing was done" in (await run("upgrade", home))[1]


async def test_older_code_refuses_newer_data(installation: Installed):
    home = installation.home
    write_private(home.database_url, installation.urls.owner + "\n")
    write_private(home.settings_file, 'public_url = "http://localhost:1"\n')
    async with installation.as_owner() as connection:
        await connection.execute("UPDATE public.schema_version SET version_num = '9999'")
    for command in ("upgrade", "up"):
        status, told = await run(command, home)
        assert (status, "older code must not write to newer data" in told) == (1, True), told


async def test_a_running_installation_is_not_upgraded_under_its_own_feet(url: str, tmp_path: Path):
    if EARLIER[0] == known_versions()[-1]:
        pytest.skip("there is one schema as yet")
    home = await put_back(tmp_path, url, DATA / EARLIER[0])
    connection = await asyncpg.connect(role_urls(home, url).worker)
    try:
        status, told = await run("upgrade", home, "--without-backup")
    finally:
        await connection.close()
    assert (status, "Stop it everywhere" in told) == (1, True)
    assert await present_version(url) == EARLIER[0]


def test_the_files_of_the_migrations_are_named_by_their_revisions():
    script = ScriptDirectory.from_config(_config())
    chain = [one.revision for one in script.walk_revisions()]
    assert tuple(reversed(chain)) == known_versions()


async def put_back(folder: Path, url: str, data: Path) -> Home:
    """An installation as that release left it, its schema untouched."""
    home = Home(folder / "home")
    make_private_folder(home.path)
    take_keys(data / "keys", home)
    for name in (home.slots, home.blobs, home.audit_heads):
        make_private_folder(name)
    (slots,) = (data / "backups" / "slots").iterdir()
    await asyncio.to_thread(shutil.unpack_archive, slots, home.slots, "tar")
    shutil.copytree(data / "backups" / "blobs", folder / "blobs")
    for blob in (folder / "blobs").rglob("*"):
        if blob.is_file():
            target = home.blobs / blob.name[:2] / blob.name[2:4] / blob.name
            target.parent.mkdir(parents=True, exist_ok=True)
            blob.rename(target)
    (dumped,) = (data / "backups" / "database").iterdir()
    shutil.copy(dumped, folder / "database.dump")
    await dumps.restore(postgres_programs(), url, folder / "database.dump")
    await set_role_passwords(url, role_passwords(home))
    write_private(home.database_url, url + "\n")
    return home


async def everything_opens(home: Home, url: str, data: Path) -> None:
    about = json.loads((data / "about.json").read_text())
    urls = role_urls(home, url)
    installed = Installed(
        home=home,
        urls=urls,
        practice=DemoPractice(**about["practice"]),
        certificates=demo_certificates(home.tls),
        member=MemberId(UUID(about["owner"])),
    )
    async with open_core(home, Settings(), urls) as core:
        key = await installed.member_key(core)
        for message in about["messages"].values():
            opened = await installed.open(core, MessageId(UUID(message)), key)
            assert await attachment_bytes(core, opened, 1) == FILE


async def run(command: str, home: Home, *more: str) -> tuple[int, str]:
    told = io.StringIO()
    with contextlib.redirect_stderr(told), contextlib.redirect_stdout(told):
        status = await asyncio.to_thread(main, [command, "--home", str(home.path), *more])
    return status, told.getvalue()
