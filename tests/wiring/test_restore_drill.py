"""The drill: back up, lose everything, restore on an empty machine, serve.

45 CFR 164.308(a)(7)(ii)(D). The large one, with as many messages as a practice has after years, is
`make release-check`.
"""

import asyncio
import contextlib
import io
import json
import os
import shutil
import socket
import stat
import subprocess
import sys
import time
import urllib.request
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio
from tests.support.installation import Installed, attachment_bytes
from tests.support.object_server import ObjectServer
from tests.support.postgres import drop_database, fresh_database

from licorne.adapters.embedded_postgres import EmbeddedPostgres
from licorne.application.sending.outcome import Sent
from licorne.domain.identity.actor import Actor, ActorKind
from licorne.domain.identity.phone_number import PhoneNumber
from licorne.domain.message.attachment import Attachment
from licorne.domain.message.content import Content
from licorne.domain.message.draft import Draft, Source
from licorne.wiring.core import Core, compose_sending, open_core
from licorne.wiring.installation import role_urls
from licorne.wiring.main import main
from licorne.wiring.private_files import write_private
from licorne.wiring.settings import Home, Settings

LICORNE = Path(sys.executable).parent / "licorne"
FILE = os.urandom(300_000)


@pytest.fixture
def backups(tmp_path: Path) -> Path:
    folder = tmp_path / "backups"
    folder.mkdir()
    return folder


@pytest_asyncio.fixture
async def new_database(cluster: EmbeddedPostgres) -> AsyncIterator[str]:
    url = await fresh_database(cluster)
    yield url
    await drop_database(cluster, url)


async def run(*arguments: object) -> tuple[int, str]:
    """Run a command as typed, in a thread, since it brings its own event loop."""
    told = io.StringIO()
    with contextlib.redirect_stderr(told):
        status = await asyncio.to_thread(main, [str(one) for one in arguments])
    return status, told.getvalue()


async def done(*arguments: object) -> str:
    status, told = await run(*arguments)
    assert status == 0, told
    return told


async def refused(*arguments: object) -> str:
    status, told = await run(*arguments)
    assert status == 1, told
    return told


def settle(installation: Installed, lines: str) -> None:
    write_private(installation.home.database_url, installation.urls.owner + "\n")
    write_private(installation.home.settings_file, 'public_url = "http://localhost:1"\n' + lines)


async def send(installation: Installed, core: Core, text: str, file: bytes | None = None) -> Sent:
    attached = () if file is None else (Attachment("scan.pdf", "application/pdf", file),)
    sent = await compose_sending(core).send(
        Draft(
            organization=installation.organization,
            author=Actor(ActorKind.MEMBER, installation.member),
            source=Source.API,
            recipients=(PhoneNumber.from_e164("+12125550141"),),
            content=Content(None, text, None, attached),
        )
    )
    assert isinstance(sent, Sent)
    return sent


async def rows(url: str) -> dict[str, str]:
    """A checksum of every table, to compare two databases by."""
    connection = await asyncpg.connect(url)
    try:
        names = await connection.fetch(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'licorne' ORDER BY 1"
        )
        return {
            name: await connection.fetchval(
                f"SELECT md5(coalesce(string_agg(t::text, E'\\n' ORDER BY t::text), ''))"
                f" FROM licorne.{name} AS t"
            )
            for (name,) in names
        }
    finally:
        await connection.close()


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


async def test_an_empty_machine_and_a_backup_make_an_installation_that_serves(
    installation: Installed, backups: Path, new_database: str, tmp_path: Path
):
    home, new_home, keys = installation.home, tmp_path / "new", tmp_path / "stick"
    settle(installation, f'[backup]\nto = "{backups}"\n')
    async with installation.as_owner() as connection:
        await connection.execute(
            "INSERT INTO member_session SELECT '\\x01', organization_id, id, id, '', now(),"
            " now(), now() + interval '1 day' FROM member"
        )
    async with installation.core() as core:
        first = await send(installation, core, "The first", FILE)
        assert "1 attachments (1 new)" in await done("backup", "--home", home.path)
        time.sleep(1.1)  # backups are named by their second
        second = await send(installation, core, "The second")
    tables = await rows(installation.urls.owner)
    assert "1 attachments (0 new)" in await done("backup", "--home", home.path)
    await done("backup", "--home", home.path, "--keys-to", keys)
    blobs, slots = files(home.blobs), files(home.slots)
    shutil.rmtree(home.path)
    home.path.mkdir()  # for the fixture, which removes it

    told = await done(
        "restore", "--home", new_home, "--keys", keys, "--database-url", new_database,
        "--keep-ways-in",
    )  # fmt: skip
    assert "Restored: backup 20" in told
    assert "serve as at the backup" in told
    (tmp_path / "stick").rename(tmp_path / "put away")

    # That it was backed up and restored is an event, and everybody signs in anew (threat 24).
    changed = {"audit_event", "audit_pending", "member_session"}
    after = await rows(new_database)
    assert after["member_session"] == after["contact_session"] != tables["member_session"]
    assert {name for name in tables if tables[name] != after[name]} <= changed
    restored = Home(new_home)
    assert (files(restored.blobs), files(restored.slots)) == (blobs, slots)
    assert stat.S_IMODE(restored.path.stat().st_mode) == 0o700
    urls = role_urls(restored, new_database)
    async with open_core(restored, Settings(demo=True), urls) as core:
        key = await installation.member_key(core)
        opened = await installation.open(core, first.message, key)
        assert await attachment_bytes(core, opened, 1) == FILE
        await installation.open(core, second.message, key)
    assert await serves(restored)


async def test_threat_24_what_may_have_been_revoked_since_a_backup_serves_no_more(
    installation: Installed, backups: Path, new_database: str, tmp_path: Path
):
    home, keys, new_home = installation.home, tmp_path / "stick", tmp_path / "new"
    settle(installation, f'[backup]\nto = "{backups}"\n')
    async with installation.as_owner() as connection:
        await connection.execute(
            "INSERT INTO invitation SELECT organization_id, gen_random_uuid(), 'join', NULL,"
            " 'owner', '\\x01', '', '\\x01', id, now(), now() + interval '1 day' FROM member"
        )
        await connection.execute(
            "INSERT INTO private_key_wrap SELECT organization_id, gen_random_uuid(), key_id,"
            " 'passkey', NULL, NULL, parameters, wrapped, created_at FROM private_key_wrap"
            " WHERE method = 'password'"
        )
        await connection.execute(
            "INSERT INTO passkey SELECT m.organization_id, gen_random_uuid(), m.id, w.id, '\\x01',"
            " '', 0, 'A laptop', now() FROM member m, private_key_wrap w WHERE w.method = 'passkey'"
        )
    await done("backup", "--home", home.path)
    await done("backup", "--home", home.path, "--keys-to", keys)
    told = await done(
        "restore", "--home", new_home, "--keys", keys, "--database-url", new_database,
    )  # fmt: skip
    assert "serve no more" in told
    connection = await asyncpg.connect(new_database, server_settings={"search_path": "licorne"})
    try:
        for serving in (
            "api_token WHERE revoked_at IS NULL",
            "app_password WHERE revoked_at IS NULL",
            "invitation WHERE ended_at IS NULL",
            "passkey",
            "private_key_wrap WHERE method = 'passkey'",
        ):
            assert await connection.fetchval(f"SELECT count(*) FROM {serving}") == 0, serving
        rows = await connection.fetch(
            "SELECT DISTINCT tag FROM audit_event WHERE organization_id = $1"
            " AND actor_kind = 'operator' AND detail = 'restored'",
            installation.organization,
        )
        wraps = await connection.fetchval("SELECT count(*) FROM private_key_wrap")
    finally:
        await connection.close()
    assert {row["tag"] for row in rows} == {
        "member:token:revoked",
        "member:app_password:revoked",
        "member:invitation:withdrawn",
        "member:passkey:removed",
    }
    assert wraps > 0  # passwords open the keys as before


async def serves(home: Home) -> bool:
    """Start the pages and ask them whether they are ready."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    running = subprocess.Popen(
        [LICORNE, "up", "--home", home.path, "--role", "web"],
        stderr=subprocess.DEVNULL,
        env={**os.environ, "LICORNE_HTTP_PORT": str(port)},
    )
    try:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
                    return answer.status == 200
            except OSError:
                time.sleep(0.1)
        return False
    finally:
        running.terminate()
        running.wait()


async def test_threat_35_backups_go_to_a_store_that_the_service_cannot_delete_from(
    installation: Installed,
    object_server: ObjectServer,
    new_database: str,
    tmp_path: Path,
):
    bucket, home = object_server.bucket(), installation.home
    storage = object_server.may_add_only(bucket, "practice")
    settle(
        installation,
        f'[backup]\nto = "s3://{bucket}/practice"\nendpoint = "{storage.endpoint}"\n',
    )
    credentials = f'access_key_id = "{storage.access_key_id}"\n'
    credentials += f'secret_access_key = "{storage.secret_access_key}"\n'
    write_private(home.path / "secrets" / "backup.toml", credentials)
    async with installation.core() as core:
        sent = await send(installation, core, "Kept far away", FILE)
    await done("backup", "--home", home.path)
    await done("backup", "--home", home.path, "--keys-to", tmp_path / "stick")

    stored = object_server.objects(bucket)
    key = home.unseal_key.read_text().splitlines()[2].removeprefix("key ").encode()
    everything = b"".join(stored.values())
    assert key not in everything  # keys never lie beside the data
    assert b"Kept far away" not in everything
    assert not [name for name in stored if "secret" in name or "key" in name]

    new_home = tmp_path / "new"
    await done(
        "restore", "--home", new_home, "--keys", tmp_path / "stick",
        "--database-url", new_database,
    )  # fmt: skip
    restored = Home(new_home)
    async with open_core(restored, Settings(demo=True), role_urls(restored, new_database)) as core:
        opened = await installation.open(core, sent.message, await installation.member_key(core))
        assert await attachment_bytes(core, opened, 1) == FILE


async def test_a_restore_never_writes_over_anything_and_a_failed_one_leaves_nothing(
    installation: Installed, backups: Path, new_database: str, tmp_path: Path
):
    home, keys, new_home = installation.home, tmp_path / "stick", tmp_path / "new"
    settle(installation, f'[backup]\nto = "{backups}"\n')
    await done("backup", "--home", home.path)
    await done("backup", "--home", home.path, "--keys-to", keys)
    into = ("restore", "--keys", keys, "--home")
    assert "isn't empty; a restore never" in await refused(*into, home.path)
    old = installation.urls.owner
    assert "database isn't empty" in await refused(*into, new_home, "--database-url", old)
    no_keys = ("restore", "--keys", backups, "--home", new_home, "--database-url", new_database)
    assert "is no copy of the keys" in await refused(*no_keys)
    to_new = (*into, new_home, "--database-url", new_database)
    assert "There is no backup 2001" in await refused(*to_new, "--backup", "2001")
    (dump,) = (backups / "database").iterdir()
    content = dump.read_bytes()
    dump.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert "is not what it was when the backup was made" in await refused(*to_new)
    assert not new_home.exists()
    assert sorted(one.name for one in tmp_path.iterdir()) == ["backups", "stick"]
    dump.write_bytes(content)
    manifest = next((backups / "manifests").iterdir())
    newer = json.loads(manifest.read_text()) | {"schema": "9999"}
    manifest.write_text(json.dumps(newer))
    assert "which is newer" in await refused(*to_new)


async def test_keys_never_go_beside_the_data_or_its_backups(
    installation: Installed, backups: Path, tmp_path: Path
):
    home = installation.home
    settle(installation, f'[backup]\nto = "{backups}"\n')
    copy = ("backup", "--home", home.path, "--keys-to")
    for beside in (home.path / "copy", backups / "keys", tmp_path):
        assert "must not lie beside" in await refused(*copy, beside)
    used = tmp_path / "used"
    used.mkdir()
    (used / "file").touch()
    assert "isn't empty" in await refused(*copy, used)


async def test_one_place_holds_one_installations_backups(
    installation: Installed, backups: Path, tmp_path: Path
):
    settle(installation, f'[backup]\nto = "{backups}"\n')
    (backups / "backup.json").write_text('{"format": 1, "installation": "another"}')
    assert "another installation's" in await refused("backup", "--home", installation.home.path)
    settle(installation, "")
    assert "No place for backups" in await refused("backup", "--home", installation.home.path)
    settle(installation, '[backup]\nto = "blobs"\n')
    assert "lies in the home itself" in await refused("backup", "--home", installation.home.path)


async def test_copies_of_shred_slots_end_after_the_days_that_are_promised(
    installation: Installed, backups: Path
):
    settle(installation, f'[backup]\nto = "{backups}"\nslot_copies_kept_days = 3\n')
    (backups / "slots").mkdir()
    old = backups / "slots" / "20200101T000000Z.tar"
    young = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(time.time() - 2 * 24 * 3600))
    kept = backups / "slots" / f"{young}.tar"
    old.touch()
    kept.touch()
    await done("backup", "--home", installation.home.path)
    assert (old.exists(), kept.exists()) == (False, True)
