import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from tests.support.pickup_world import PASSWORD, PickupWorld

from licorne.application.receiving.claim_mailbox import Claimed, ClaimLost, NotClaimable
from licorne.application.receiving.open_message import PassphraseNeeded, ReadMessage
from licorne.application.receiving.prove_challenge import Proved
from licorne.domain.pickup.password_rules import RefusedPassword
from licorne.domain.sealing.faults import SealBroken
from licorne.domain.sealing.records import UnlockMethod
from licorne.store import reader_keys
from licorne.vault.private_key_wraps import unwrap_enrol


async def read(pickup: PickupWorld, claimed: Claimed, token: str) -> str:
    contact = await pickup.contact(claimed.cookie, claimed.mailbox)
    reading = await pickup.use.open_message(contact, await pickup.delivery(token))
    assert isinstance(reading, ReadMessage), reading
    return reading.content.body.text


async def test_a_claim_opens_everything_that_was_waiting(pickup: PickupWorld):
    tokens = [await pickup.send(f"number {n}") for n in range(3)]
    claimed = await pickup.claim(tokens[1])
    assert [await read(pickup, claimed, token) for token in tokens] == [
        "number 0",
        "number 1",
        "number 2",
    ]
    assert "contact:mailbox:claimed" in await pickup.audit()


async def test_a_message_that_comes_after_the_claim_is_sealed_to_the_new_key(pickup: PickupWorld):
    claimed = await pickup.claim(await pickup.send("before"))
    after = await pickup.send("after")
    assert await read(pickup, claimed, after) == "after"


async def test_messages_that_come_during_the_claim_are_not_lost(pickup: PickupWorld):
    first = await pickup.send("first")
    results = await asyncio.gather(
        *(pickup.send(f"meanwhile {n}") for n in range(6)),
        pickup.claim(first),
        *(pickup.send(f"meanwhile {n}") for n in range(6, 12)),
    )
    claimed = next(one for one in results if isinstance(one, Claimed))
    tokens = [one for one in results if isinstance(one, str)]
    texts = {await read(pickup, claimed, token) for token in tokens}
    assert texts == {f"meanwhile {n}" for n in range(12)}


async def test_an_older_backup_with_all_keys_opens_no_claimed_message(
    pickup: PickupWorld, tmp_path: Path
):
    """Threat 9: the thief has the database from before, the keys, and a later slot store."""
    token = await pickup.send("secret before the claim")
    organization = pickup.member.organization
    row = await pickup.row(token)
    async with pickup.world.app.tenant(organization) as connection:
        pointer = await reader_keys.fetch_current(connection, organization, row["mailbox_id"])
        key = await reader_keys.fetch_key(connection, organization, pointer.key)
        (wrap,) = await reader_keys.fetch_wraps(
            connection, organization, key.id, UnlockMethod.ENROL
        )
    assert wrap.slot is not None
    # Before the claim this very backup is enough ...
    secret = await pickup.world.slots.read(wrap.slot)
    assert unwrap_enrol(pickup.world.keyring, key, wrap, secret)
    await pickup.claim(token)
    # ... and afterwards the slot is gone, and the database holds no way to the old key.
    with pytest.raises(Exception, match="destroyed"):
        await pickup.world.slots.read(wrap.slot)
    with pytest.raises(SealBroken):
        unwrap_enrol(pickup.world.keyring, key, wrap, bytes(32))
    assert (
        await pickup.owner.fetchval("SELECT count(*) FROM private_key_wrap WHERE method = 'enrol'")
        == 0
    )
    assert (
        await pickup.owner.fetchval(
            "SELECT count(*) FROM key_grant WHERE reader_key_id = $1", key.id
        )
        == 0
    )
    assert (
        await pickup.owner.fetchval(
            "SELECT count(*) FROM shred_order WHERE slot = $1", str(wrap.slot)
        )
        == 1
    )


async def test_of_two_who_claim_at_once_one_gets_it_and_the_sender_is_told(pickup: PickupWorld):
    token = await pickup.send("for one of you")
    results = await asyncio.gather(
        *(
            pickup.use.claim(token, f"{word} green kettles", None, None)
            for word in ("seven", "nine")
        )
    )
    assert sorted(type(one).__name__ for one in results) == ["ClaimLost", "Claimed"]
    assert "claim_lost" in await pickup.story(token)
    assert "contact:mailbox:claim_lost (refused)" in await pickup.audit()


async def test_a_claimed_mailbox_can_not_be_claimed_again(pickup: PickupWorld):
    token = await pickup.send()
    await pickup.claim(token)
    again = await pickup.use.claim(token, "another pass word", None, None)
    assert isinstance(again, ClaimLost)


@pytest.mark.parametrize("password", ["short", "password", "12125550123", "Byron Family Practice"])
async def test_a_bad_password_changes_nothing(pickup: PickupWorld, password: str):
    token = await pickup.send()
    refused = await pickup.use.claim(token, password, None, None)
    assert isinstance(refused, RefusedPassword)
    assert await pickup.owner.fetchval("SELECT state FROM mailbox") == "waiting"


async def test_a_claim_without_the_passphrase_fails(pickup: PickupWorld):
    """Threat 2, also through the link of another message that has no passphrase."""
    open_one = await pickup.send("no challenge")
    challenged = await pickup.send("challenged", passphrase="sunny garden")
    for token in (challenged, open_one):
        for ticket in (None, "", "bm90aGluZw==", "x" * 5000):
            result = await pickup.use.claim(token, PASSWORD, ticket, None)
            assert isinstance(result, NotClaimable), (token, ticket)
    assert await pickup.owner.fetchval("SELECT state FROM mailbox") == "waiting"


async def test_one_proved_passphrase_lets_a_claim_pass_and_shows_how_it_was_proved(
    pickup: PickupWorld,
):
    open_one = await pickup.send("no challenge")
    challenged = await pickup.send("challenged", passphrase="sunny garden")
    proved = await pickup.use.prove_challenge(challenged, " SUNNY-garden ")
    assert isinstance(proved, Proved)
    claimed = await pickup.use.claim(open_one, PASSWORD, proved.ticket, None)
    assert isinstance(claimed, Claimed)
    assert await read(pickup, claimed, challenged) == "challenged"
    assert await pickup.owner.fetchval("SELECT proof FROM mailbox") == "passphrase"


async def test_a_proof_runs_out_after_ten_minutes_and_fits_no_other_mailbox(pickup: PickupWorld):
    token = await pickup.send("a", passphrase="sunny garden")
    other = await pickup.send("b", "+12125550124", passphrase="sunny garden")
    proved = await pickup.use.prove_challenge(token, "sunny garden")
    assert isinstance(proved, Proved)
    assert isinstance(await pickup.use.claim(other, PASSWORD, proved.ticket, None), NotClaimable)
    pickup.world.clock.advance(timedelta(minutes=11))
    assert isinstance(await pickup.use.claim(token, PASSWORD, proved.ticket, None), NotClaimable)


async def test_another_challenged_message_stays_locked_after_the_claim(pickup: PickupWorld):
    first = await pickup.send("first", passphrase="sunny garden")
    second = await pickup.send("second", passphrase="rainy harbour")
    proved = await pickup.use.prove_challenge(second, "rainy harbour")
    assert isinstance(proved, Proved)
    claimed = await pickup.use.claim(second, PASSWORD, proved.ticket, None)
    assert isinstance(claimed, Claimed)
    contact = await pickup.contact(claimed.cookie, claimed.mailbox)
    delivery = await pickup.delivery(first)
    assert await pickup.use.open_message(contact, delivery) == PassphraseNeeded(5)
    await pickup.use.prove_delivery(contact, delivery, "sunny garden")
    assert await read(pickup, claimed, first) == "first"


async def test_a_damaged_message_keeps_nobody_from_the_others(pickup: PickupWorld):
    damaged, whole = await pickup.send("damaged"), await pickup.send("whole")
    await pickup.owner.execute(
        "UPDATE key_grant SET wrapped = substr(wrapped, 1, length(wrapped) - 1) || '\\x00'::bytea"
        " WHERE delivery_id = $1",
        await pickup.delivery(damaged),
    )
    claimed = await pickup.claim(whole)
    assert await read(pickup, claimed, whole) == "whole"


async def test_a_new_owner_of_the_number_sees_nothing_of_the_earlier_one(pickup: PickupWorld):
    """Threat 4."""
    token = await pickup.send("for the first owner")
    claimed = await pickup.claim(token)
    await pickup.owner.execute("UPDATE contact SET number_epoch = number_epoch + 1")
    assert (await pickup.use.visit(token, claimed.cookie)).located is None
    assert await pickup.use.sessions.resume(claimed.cookie, claimed.mailbox) is None
