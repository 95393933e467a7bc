"""Threat 7: whoever gets hold of a dump reads nothing in it and guesses no password over it."""

import contextlib

import asyncpg
import pytest
from tests.support.canaries import found
from tests.support.dumps import dump
from tests.support.postgres import database
from tests.threats.story import Story

from licorne.adapters.embedded_postgres import EmbeddedPostgres
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


async def test_the_same_search_finds_what_an_ordinary_table_would_give_away(
    story: Story, cluster: EmbeddedPostgres
):
    async with database(cluster) as url:
        connection = await asyncpg.connect(url)
        await connection.execute("CREATE TABLE careless (a text, b bytea, c text)")
        await connection.execute(
            "INSERT INTO careless VALUES ($1, $2, $3)",
            story.words["text"],
            story.words["subject"].encode(),
            f"called {story.numbers[0].removeprefix('+1')}",
        )
        await connection.close()
        leaks = found(await dump(url), story.words.values(), story.numbers)
    for careless in (story.words["text"], story.words["subject"], story.numbers[0]):
        assert any(leak.startswith(careless) for leak in leaks), leaks


async def test_over_a_dump_not_even_the_right_password_can_be_recognised(story: Story):
    owner = await open_database(story.demo.facts["database_url"], size=1)
    threads = Argon2Threads(1)
    randomness = SystemRandomness()
    try:
        opened = await open_installation(Home(story.demo.home), owner)
        async with owner.before_tenant() as connection:
            wraps = await connection.fetch(
                "SELECT organization_id, key_id FROM licorne.private_key_wrap"
                " WHERE method = 'password'"
            )
        # Checking signatures is nothing to a thief, so theirs hold here; the pepper is what they lack.
        thiefs = {**opened.keyring._keys, InstallationKeyName.PEPPER: {1: randomness.bytes(32)}}
        vaults = {
            "thief": PasswordVault(Keyring(thiefs, randomness), randomness, threads),
            "installation": PasswordVault(opened.keyring, randomness, threads),
        }
        opens = dict.fromkeys(vaults, 0)
        for organization, key_id in wraps:
            async with owner.tenant(organization) as connection:
                key = await reader_keys.fetch_key(connection, organization, key_id)
                (wrap,) = await reader_keys.fetch_wraps(
                    connection, organization, key_id, UnlockMethod.PASSWORD
                )
            assert key is not None
            for name, vault in vaults.items():
                with contextlib.suppress(WrongPassword):
                    await vault.unwrap_private_key(key, wrap, story.words["password"])
                    opens[name] += 1
    finally:
        threads.close()
        await owner.close()
    assert opens == {"thief": 0, "installation": 1}
