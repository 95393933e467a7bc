"""Threat 7: whoever gets hold of a dump reads nothing in it and guesses no password over it."""

import asyncpg
import pytest
from tests.support.canaries import found
from tests.support.dumps import dump
from tests.threats.conftest import Story

from licorne.adapters.system import SystemRandomness
from licorne.domain.sealing.faults import WrongPassword
from licorne.domain.sealing.records import InstallationKeyName, UnlockMethod
from licorne.store import reader_keys
from licorne.store.database import open_database
from licorne.vault.argon2_threads import Argon2Threads
from licorne.vault.keyring import Keyring
from licorne.vault.passwords import PasswordVault
from licorne.wiring.installation import open_installation
from licorne.wiring.settings import Home

pytestmark = [pytest.mark.journey, pytest.mark.asyncio(loop_scope="session")]


async def test_a_dump_of_the_running_installation_tells_nothing_that_was_written(story: Story):
    taken = await dump(story.demo.facts["database_url"])
    assert b"CREATE TABLE licorne.message" in taken  # it is the whole database
    assert story.demo.facts["organization"].encode() in taken
    assert found(taken, story.words.values(), story.numbers) == []
    in_inserts = await dump(story.demo.facts["database_url"], "--inserts", "--data-only")
    assert found(in_inserts, story.words.values(), story.numbers) == []


async def test_the_same_search_finds_what_an_ordinary_table_would_give_away(story: Story):
    connection = await asyncpg.connect(story.demo.facts["database_url"])
    try:
        await connection.execute("CREATE SCHEMA careless")
        await connection.execute("CREATE TABLE careless.notes (a text, b bytea, c text)")
        await connection.execute(
            "INSERT INTO careless.notes VALUES ($1, $2, $3)",
            story.words["text"],
            story.words["subject"].encode(),
            f"called {story.numbers[0].removeprefix('+1')}",
        )
        taken = await dump(story.demo.facts["database_url"])
    finally:
        await connection.execute("DROP SCHEMA careless CASCADE")
        await connection.close()
    leaks = found(taken, story.words.values(), story.numbers)
    for careless in (story.words["text"], story.words["subject"], story.numbers[0]):
        assert any(leak.startswith(careless) for leak in leaks), leaks


async def test_over_a_dump_not_even_the_right_password_can_be_recognised(story: Story):
    database = await open_database(story.demo.facts["database_url"], size=1)
    threads = Argon2Threads(1)
    randomness = SystemRandomness()
    thiefs = {name: {1: randomness.bytes(32)} for name in InstallationKeyName}
    try:
        opened = await open_installation(Home(story.demo.home), database)
        async with database.before_tenant() as connection:
            row = await connection.fetchrow(
                "SELECT m.organization_id, k.key_id FROM licorne.mailbox m"
                " JOIN licorne.current_key k ON k.owner_id = m.id"
                " WHERE m.state = 'claimed' ORDER BY m.claimed_at"
            )
            wraps = await connection.fetch(
                "SELECT organization_id, key_id FROM licorne.private_key_wrap"
                " WHERE method = 'password' AND organization_id = $1",
                row["organization_id"],
            )
        vaults = {
            "thief": PasswordVault(Keyring(thiefs, randomness), randomness, threads),
            "installation": PasswordVault(opened.keyring, randomness, threads),
        }
        opens = dict.fromkeys(vaults, 0)
        async with database.tenant(row["organization_id"]) as connection:
            for wrapped in wraps:
                organization, key_id = wrapped["organization_id"], wrapped["key_id"]
                key = await reader_keys.fetch_key(connection, organization, key_id)
                (wrap,) = await reader_keys.fetch_wraps(
                    connection, organization, key_id, UnlockMethod.PASSWORD
                )
                for name, vault in vaults.items():
                    try:
                        await vault.unwrap_private_key(key, wrap, story.words["password"])
                    except WrongPassword:
                        continue
                    opens[name] += 1
    finally:
        threads.close()
        await database.close()
    assert opens == {"thief": 0, "installation": 1}
