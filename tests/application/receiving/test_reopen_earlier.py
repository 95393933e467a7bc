"""After a forgotten password: what the printed code opens again, and for whom it doesn't."""

from tests.support.pickup_world import PASSWORD, PickupWorld

from licorne.application.receiving.forgot_password import MailboxReset
from licorne.application.receiving.open_message import (
    NotInMailbox,
    PassphraseNeeded,
    ReadMessage,
)
from licorne.application.receiving.reopen_earlier import (
    PER_CONTACT,
    NotReopened,
    Reopened,
    TooManyTries,
)
from licorne.application.signed_in_contact import SignedInContact
from licorne.domain.identity.ids import DeliveryId
from licorne.domain.pickup.door import Door

NEW = "four yellow lanterns"
WRONG = "0000 1111 2222 3333 4444 5555 6666 7777"


async def code_of(pickup: PickupWorld, token: str) -> str:
    """Claim a mailbox and have its code printed."""
    claimed = await pickup.claim(token)
    contact = await pickup.contact(claimed.cookie, claimed.mailbox)
    return await pickup.use.ways_in.make_code(contact, PASSWORD)


async def reset(pickup: PickupWorld, token: str) -> SignedInContact:
    made = await pickup.use.forgot_password(token, NEW, None)
    assert isinstance(made, MailboxReset), made
    return await pickup.contact(made.cookie, made.mailbox)


async def text_of(pickup: PickupWorld, contact: SignedInContact, delivery: DeliveryId) -> str:
    reading = await pickup.use.open_message(contact, delivery)
    assert isinstance(reading, ReadMessage), reading
    return reading.content.body.text


async def test_the_code_opens_what_was_there_before_in_the_mailbox_of_now(pickup: PickupWorld):
    token, unread = await pickup.send("old words"), await pickup.send("unread words")
    code = await code_of(pickup, token)
    contact = await reset(pickup, token)
    assert await pickup.use.ways_in.can_reopen(contact)
    reopened = await pickup.use.reopen.by_code(contact, code.upper().replace(" ", "-"))
    assert isinstance(reopened, Reopened)
    assert reopened.messages == 2
    for link, text in ((token, "old words"), (unread, "unread words")):
        assert await text_of(pickup, contact, await pickup.delivery(link)) == text
        assert (await pickup.use.visit(link, None)).door is Door.SIGN_IN
    assert "reopened" in await pickup.story(token)
    assert "contact:mailbox:reopened" in await pickup.audit()
    assert not await pickup.use.ways_in.can_reopen(contact)


async def test_a_used_code_opens_nothing_and_the_next_one_serves(pickup: PickupWorld):
    token = await pickup.send("old words")
    code = await code_of(pickup, token)
    first = await pickup.use.reopen.by_code(await reset(pickup, token), code)
    assert isinstance(first, Reopened)
    again = await reset(pickup, token)
    assert await pickup.use.reopen.by_code(again, code) == NotReopened("recovery_code")
    assert isinstance(await pickup.use.reopen.by_code(again, first.recovery_code), Reopened)
    assert await text_of(pickup, again, await pickup.delivery(token)) == "old words"


async def test_who_holds_only_the_number_opens_nothing(pickup: PickupWorld):
    """Threat 3: neither a guess nor what the thief's own mailbox gives opens the earlier one."""
    token = await pickup.send("old words")
    await code_of(pickup, token)
    thief = await reset(pickup, token)
    own = await pickup.use.ways_in.make_code(thief, NEW)
    for typed in (WRONG, own, "", "nonsense"):
        assert await pickup.use.reopen.by_code(thief, typed) == NotReopened("recovery_code")
    assert await pickup.use.open_message(thief, await pickup.delivery(token)) == NotInMailbox()


async def test_the_owner_gets_their_mail_back_after_a_thiefs_reset(pickup: PickupWorld):
    token = await pickup.send("old words")
    code = await code_of(pickup, token)
    thief = await reset(pickup, token)
    await pickup.use.ways_in.end_code(thief)  # a thief's own mailbox has none of the owner's ways
    owner = await reset(pickup, token)
    assert isinstance(await pickup.use.reopen.by_code(owner, code), Reopened)
    assert await text_of(pickup, owner, await pickup.delivery(token)) == "old words"


async def test_a_code_of_another_persons_mailbox_opens_nothing(pickup: PickupWorld):
    token, theirs = await pickup.send(), await pickup.send("theirs", "+12125550177")
    await code_of(pickup, token)
    code = await code_of(pickup, theirs)
    await reset(pickup, theirs)
    contact = await reset(pickup, token)
    assert await pickup.use.reopen.by_code(contact, code) == NotReopened("recovery_code")


async def test_a_passphrase_still_stands_before_its_message(pickup: PickupWorld):
    token = await pickup.send("old words")
    code = await code_of(pickup, token)
    locked = await pickup.send("locked words", passphrase="sunny garden")
    contact = await reset(pickup, token)
    assert isinstance(await pickup.use.reopen.by_code(contact, code), Reopened)
    reading = await pickup.use.open_message(contact, await pickup.delivery(locked))
    assert isinstance(reading, PassphraseNeeded)


async def test_the_proof_of_before_counts_again(pickup: PickupWorld):
    token = await pickup.send()
    code = await code_of(pickup, token)
    await pickup.owner.execute("UPDATE mailbox SET proof = 'in_person'")
    contact = await reset(pickup, token)
    fetch = "SELECT proof FROM mailbox WHERE id = $1"
    assert await pickup.owner.fetchval(fetch, contact.mailbox.id) == "first_visitor"
    await pickup.use.reopen.by_code(contact, code)
    assert await pickup.owner.fetchval(fetch, contact.mailbox.id) == "in_person"


async def test_an_ended_code_and_a_replaced_one_are_dead(pickup: PickupWorld):
    token = await pickup.send()
    claimed = await pickup.claim(token)
    contact = await pickup.contact(claimed.cookie, claimed.mailbox)
    first = await pickup.use.ways_in.make_code(contact, PASSWORD)
    second = await pickup.use.ways_in.make_code(contact, PASSWORD)
    await pickup.use.ways_in.end_code(contact)
    assert not (await pickup.use.ways_in(contact)).has_code
    after = await reset(pickup, token)
    for code in (first, second):
        assert await pickup.use.reopen.by_code(after, code) == NotReopened("recovery_code")


async def test_codes_can_not_be_tried_without_end(pickup: PickupWorld):
    token = await pickup.send()
    await code_of(pickup, token)
    contact = await reset(pickup, token)
    for _ in range(PER_CONTACT.most):
        await pickup.use.reopen.by_code(contact, WRONG)
    assert await pickup.use.reopen.by_code(contact, WRONG) == TooManyTries()
