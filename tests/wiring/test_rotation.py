"""Keys are rotated while processes run: everything opens before, during and after."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from tests.support.installation import Installed

from licorne.adapters.custody.key_file import KeyFileCustody
from licorne.adapters.system import SystemRandomness
from licorne.application.keeping import rotate_keys
from licorne.application.keeping.rotate_keys import RotateKeys
from licorne.application.sending.outcome import Sent
from licorne.domain.identity.actor import Actor, ActorKind
from licorne.domain.identity.phone_number import PhoneNumber
from licorne.domain.message.content import Content
from licorne.domain.message.draft import Draft, Source
from licorne.domain.sealing.records import InstallationKeyName as Name
from licorne.ports.key_custody import KeyUnavailable
from licorne.store import installations, reader_keys
from licorne.store.database import open_database
from licorne.vault.keyring_rows import open_keyring
from licorne.vault.private_key_wraps import unwrap_with_reader
from licorne.wiring import core as core_module
from licorne.wiring import rotation
from licorne.wiring.core import Core, compose_sending

LICORNE = str(Path(sys.executable).parent / "licorne")
ROTATED = (Name.PEPPER, Name.FIELDS, Name.ENROL, Name.LINK, Name.SIGN)


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core_module, "SECONDS_BETWEEN_LOOKS", 0.1)
    monkeypatch.setattr(rotate_keys, "IN_USE_AFTER", timedelta(seconds=1.5))


@asynccontextmanager
async def rotating(installation: Installed, core: Core) -> AsyncIterator[RotateKeys]:
    owner = await open_database(installation.urls.owner, size=2)
    try:
        yield rotation.compose_rotation(core, owner)
    finally:
        await owner.close()


async def send(installation: Installed, core: Core, number: str, text: str) -> Sent:
    sent = await compose_sending(core).send(
        Draft(
            organization=installation.organization,
            author=Actor(ActorKind.MEMBER, installation.member),
            source=Source.API,
            recipients=(PhoneNumber.from_e164(number),),
            content=Content(None, text),
        )
    )
    assert isinstance(sent, Sent), sent
    return sent


async def reads(installation: Installed, core: Core, sent: Sent) -> str:
    opened = await installation.open(core, sent.message, await installation.member_key(core))
    return opened.body.text


async def until(condition, seconds: float = 30) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.05)


async def test_two_processes_meet_a_new_version_before_either_uses_it(installation: Installed):
    """What one seals with the new version, the other opens, and the other way round."""
    async with (
        installation.core() as one,
        installation.core() as two,
        rotating(installation, one) as rotate,
    ):
        before = await send(installation, one, "+12125550141", "before")
        for name in ROTATED:
            made = await rotate.publish(name)
            assert (made.version, made.in_use) == (2, False)
            again = await rotate.publish(name)  # killed and run again: not one more
            assert again.version == 2
        assert not any(one.keyring.current_version(name) == 2 for name in ROTATED)
        await until(lambda: all({(n, 2) for n in ROTATED} <= c.keyring.known() for c in (one, two)))
        during = await send(installation, two, "+12125550142", "during")
        for core in (one, two):
            await until(lambda c=core: all(c.keyring.current_version(n) == 2 for n in ROTATED))
        after = [
            await send(installation, core, number, "after")
            for core, number in ((one, "+12125550143"), (two, "+12125550141"))
        ]
        for core in (one, two):
            for sent, text in ((before, "before"), (during, "during")):
                assert await reads(installation, core, sent) == text
            for sent in after:
                assert await reads(installation, core, sent) == "after"
        sealed = one.keyring.seal_field("somewhere", "something")
        assert sealed[0] == 2
        assert two.keyring.open_field("somewhere", sealed) == "something"
        two.keyring.verify(b"said", one.keyring.sign(b"said"))
    async with installation.core() as fresh:  # a process that starts afterwards
        assert all(fresh.keyring.current_version(name) == 2 for name in ROTATED)
        assert await reads(installation, fresh, before) == "before"


async def test_fields_are_sealed_anew_and_a_killed_rotation_goes_on(
    installation: Installed, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(rotate_keys, "_AT_ONCE", 2)
    async with installation.core() as core, rotating(installation, core) as rotate:
        for last in range(5):
            await send(installation, core, f"+1212555016{last}", "hello")
        made = await rotate.publish(Name.FIELDS)
        await until(lambda: core.keyring.current_version(Name.FIELDS) == made.version)

        class Killed(Exception):
            pass

        def kill(done: int) -> None:
            if done >= 2:
                raise Killed

        with pytest.raises(Killed):
            await rotate.seal_fields_anew(kill)
        needed = {
            one.version: one.needed for one in await rotate.standing() if one.name is Name.FIELDS
        }
        assert needed[1]
        assert needed[2]
        assert await rotate.retire() == ()  # what is needed is never destroyed
        assert await rotate.seal_fields_anew() > 0
        await asyncio.sleep(1.6)  # IN_USE_AFTER: nobody may still seal with the one before
        gone = [(one.name, one.version) for one in await rotate.retire()]
        assert (Name.FIELDS, 1) in gone
        await until(lambda: (Name.FIELDS, 1) not in core.keyring.known())
        last = await send(installation, core, "+12125550160", "to a number that was sealed anew")
        assert await reads(installation, core, last)
    async with installation.core() as fresh:
        assert await reads(installation, fresh, last)
    async with installation.as_owner() as connection:
        tags = await connection.fetch(
            "SELECT tag, detail FROM audit_event WHERE tag LIKE 'operator:key:%' ORDER BY at"
        )
    assert [tuple(row) for row in tags] == [
        ("operator:key:rotated", "fields/2"),
        ("operator:key:retired", "fields/1"),
    ]


async def test_every_column_of_sealed_fields_is_one_that_is_sealed_anew(installation: Installed):
    async with installation.as_owner() as connection:
        rows = await connection.fetch(
            "SELECT table_name, column_name FROM information_schema.columns c"
            " JOIN pg_tables t ON (t.schemaname, t.tablename) = (c.table_schema, c.table_name)"
            " WHERE table_schema = 'licorne' AND column_name LIKE '%\\_sealed'"
        )
    from licorne.store.key_needs import SEALED_COLUMNS

    assert {tuple(row) for row in rows} == {(one.table, one.column) for one in SEALED_COLUMNS}


async def test_the_unseal_key_is_rotated_and_a_kill_at_any_point_loses_nothing(
    installation: Installed, monkeypatch: pytest.MonkeyPatch
):
    home, url = installation.home, installation.urls.owner
    monkeypatch.setenv("LICORNE_DATABASE_URL", url)
    async with installation.core() as core:
        sent = await send(installation, core, "+12125550141", "before")
        async with core.app.before_tenant() as connection:
            in_backup = await installations.fetch_keys(connection)
        genuine = home.unseal_key.read_bytes()

        def killed(_home: object) -> Path:
            raise KeyboardInterrupt

        # Killed between the rows and the file: both keys are there, and either opens.
        with monkeypatch.context() as at_that_point:
            at_that_point.setattr(rotation, "settle", killed)
            with pytest.raises(KeyboardInterrupt):
                await rotation.rotate_unseal(home, installation.settings, url)
        assert home.new_unseal_key.exists()
        async with installation.core() as fresh:
            assert await reads(installation, fresh, sent) == "before"
        await rotation.rotate_unseal(home, installation.settings, url)
        assert not home.new_unseal_key.exists()
        assert await reads(installation, core, sent) == "before"  # a process from before
    assert home.unseal_key.read_bytes() != genuine
    assert home.unseal_key.stat().st_mode & 0o077 == 0
    async with installation.core() as fresh:
        assert await reads(installation, fresh, sent) == "before"
    (earlier,) = home.unseal_key.parent.glob("unseal-until-*.key")
    assert earlier.read_bytes() == genuine
    # A backup from before opens with the earlier key, which is found beside the new one.
    randomness = SystemRandomness()
    assert await open_keyring(KeyFileCustody(earlier, randomness), in_backup, randomness)
    assert await open_keyring(KeyFileCustody(home.unseal_key, randomness), in_backup, randomness)
    earlier.unlink()  # and is of no use without it
    with pytest.raises(KeyUnavailable):
        await open_keyring(KeyFileCustody(home.unseal_key, randomness), in_backup, randomness)


async def test_record_keys_get_a_next_version_for_the_same_holders(installation: Installed):
    async with installation.core() as core, rotating(installation, core) as rotate:
        before = await send(installation, core, "+12125550141", "before")
        assert await rotate.record_keys() == 1
        after = await send(installation, core, "+12125550141", "after")
        owner = await installation.member_key(core)
        organization = installation.organization
        async with core.app.tenant(organization) as connection:
            held = await reader_keys.fetch_keys_wrapped_to(
                connection, organization, organization, owner.row.id
            )
        assert [key.version for key, _wrap in held] == [2, 1]
        newer, older = (unwrap_with_reader(core.keyring, key, wrap, owner) for key, wrap in held)
        assert (await installation.open(core, before.message, older)).body.text == "before"
        assert (await installation.open(core, after.message, newer)).body.text == "after"


async def test_the_command_lists_and_rotates(installation: Installed):
    async def licorne(*arguments: str) -> str:
        process = await asyncio.create_subprocess_exec(
            LICORNE,
            "keys",
            *arguments,
            *("--home", str(installation.home.path)),
            env={**os.environ, "LICORNE_DATABASE_URL": installation.urls.owner},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        told, complaints = await process.communicate()
        assert process.returncode == 0, complaints.decode()
        return told.decode()

    assert "sign/2 is in use from" in await licorne("rotate", "sign")
    listed = await licorne("list")
    assert [line.split()[:2] for line in listed.splitlines() if line.startswith("sign")] == [
        ["sign", "1"],
        ["sign", "2"],
    ]
    assert "for ever" in listed
    assert "1 record keys" in await licorne("rotate", "record")
