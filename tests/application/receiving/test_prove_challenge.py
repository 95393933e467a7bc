import asyncio

from tests.support.pickup_world import PASSWORD, PickupWorld

from licorne.application.governing.set_passphrase import SetPassphrase
from licorne.application.receiving.challenge_tries import ChallengeLocked, NotMet
from licorne.application.receiving.claim_mailbox import Claimed
from licorne.application.receiving.open_message import PassphraseLocked, ReadMessage
from licorne.application.receiving.prove_challenge import Proved
from licorne.domain.pickup.door import Door


async def test_five_wrong_passphrases_lock_and_the_right_one_comes_too_late(pickup: PickupWorld):
    token = await pickup.send("x", passphrase="sunny garden")
    answers = [await pickup.use.prove_challenge(token, f"wrong {n}") for n in range(5)]
    assert answers == [NotMet(4), NotMet(3), NotMet(2), NotMet(1), ChallengeLocked()]
    assert await pickup.use.prove_challenge(token, "sunny garden") == ChallengeLocked()
    story = await pickup.story(token)
    assert story.count("challenge_failed") == 5
    assert story[-1] == "challenge_locked"
    assert (await pickup.use.visit(token, None)).door is Door.LOCKED
    audit = await pickup.audit()
    assert audit.count("contact:challenge:failed (refused)") == 5
    assert audit.count("contact:challenge:locked (refused)") == 1


async def test_tries_made_at_once_are_all_counted(pickup: PickupWorld):
    token = await pickup.send("x", passphrase="sunny garden")
    answers = await asyncio.gather(
        *(pickup.use.prove_challenge(token, f"wrong {n}") for n in range(20))
    )
    assert sum(isinstance(one, NotMet) for one in answers) <= 4
    assert (await pickup.story(token)).count("challenge_failed") == 5
    assert await pickup.use.prove_challenge(token, "sunny garden") == ChallengeLocked()


async def test_a_right_passphrase_gives_all_tries_back(pickup: PickupWorld):
    token = await pickup.send("x", passphrase="sunny garden")
    for _ in range(3):
        for n in range(4):
            await pickup.use.prove_challenge(token, f"wrong {n}")
        assert isinstance(await pickup.use.prove_challenge(token, "Sunny Garden"), Proved)


async def test_a_met_challenge_does_not_let_the_next_visitor_in(pickup: PickupWorld):
    token = await pickup.send("x", passphrase="sunny garden")
    assert isinstance(await pickup.use.prove_challenge(token, "sunny garden"), Proved)
    assert (await pickup.use.visit(token, None)).door is Door.PASSPHRASE


async def test_a_locked_delivery_stays_locked_for_who_is_signed_in(pickup: PickupWorld):
    claimed = await pickup.claim(await pickup.send("hello"))
    token = await pickup.send("x", passphrase="sunny garden")
    contact = await pickup.contact(claimed.cookie, claimed.mailbox)
    delivery = await pickup.delivery(token)
    for n in range(5):
        await pickup.use.prove_delivery(contact, delivery, f"wrong {n}")
    assert await pickup.use.prove_delivery(contact, delivery, "sunny garden") == ChallengeLocked()
    assert await pickup.use.open_message(contact, delivery) == PassphraseLocked()


async def test_a_signed_in_contact_proves_once_and_reads_ever_after(pickup: PickupWorld):
    claimed = await pickup.claim(await pickup.send("hello"))
    token = await pickup.send("behind words", passphrase="sunny garden")
    contact = await pickup.contact(claimed.cookie, claimed.mailbox)
    delivery = await pickup.delivery(token)
    assert await pickup.use.prove_delivery(contact, delivery, "no") == NotMet(4)
    await pickup.use.prove_delivery(contact, delivery, "sunny garden")
    for _ in range(2):
        reading = await pickup.use.open_message(contact, delivery)
        assert isinstance(reading, ReadMessage)
        assert reading.content.body.text == "behind words"
    assert (
        await pickup.owner.fetchval(
            "SELECT count(*) FROM key_grant WHERE delivery_id = $1 AND challenge IS NOT NULL",
            delivery,
        )
        == 0
    )


async def test_a_member_can_set_a_new_passphrase_after_the_lock(pickup: PickupWorld):
    token = await pickup.send("x", passphrase="sunny garden")
    for n in range(5):
        await pickup.use.prove_challenge(token, f"wrong {n}")
    world = pickup.world
    set_passphrase = SetPassphrase(
        world.app,
        world.keyring,
        world.directory,
        world.passwords,
        world.reader,
        world.slots,
        world.randomness,
        world.acts,
    )
    member = await world.as_member(pickup.member)
    await set_passphrase(member, await pickup.delivery(token), "rainy harbour")
    assert isinstance(await pickup.use.prove_challenge(token, "sunny garden"), NotMet)
    proved = await pickup.use.prove_challenge(token, "rainy harbour")
    assert isinstance(proved, Proved)
    assert isinstance(await pickup.use.claim(token, PASSWORD, proved.ticket, None), Claimed)
