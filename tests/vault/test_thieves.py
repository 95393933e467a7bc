"""Threats 7 and 9 in the vault: what rows and keys give to a thief, and what they no longer do."""

import uuid

import pytest
from tests.vault.practice import BODY, Practice

from licorne.adapters.system import SystemRandomness
from licorne.domain.identity.ids import DeliveryId
from licorne.domain.sealing.faults import SealBroken, WrongPassphrase
from licorne.domain.sealing.password_parameters import PasswordCosts
from licorne.domain.sealing.records import CopyClass, ReaderKind, SlotReference
from licorne.vault.argon2_threads import Argon2Threads
from licorne.vault.granting import GrantingAct
from licorne.vault.opened_message import unwrap_grant
from licorne.vault.passwords import PasswordVault
from licorne.vault.private_key_wraps import unwrap_enrol, wrap_for_enrol

CHEAP = PasswordCosts(memory_kib=64, passes=1)


def waiting_wrap(practice: Practice):
    slot = SlotReference(uuid.uuid4(), 5)
    secret = SystemRandomness().bytes(32)
    wrap = wrap_for_enrol(
        practice.keyring,
        practice.randomness,
        practice.contact,
        wrap_id=uuid.uuid4(),
        slot=slot,
        slot_secret=secret,
    )
    return wrap, secret


def act_of(practice: Practice, message: uuid.UUID) -> GrantingAct:
    return GrantingAct(
        practice.keyring,
        practice.randomness,
        organization=practice.organization,
        message=message,
        act_id=uuid.uuid4(),
        granter=uuid.uuid4(),
    )


def test_the_installation_opens_a_waiting_mailbox_while_its_slot_lives(practice: Practice):
    wrap, slot_secret = waiting_wrap(practice)
    case = practice.seal()
    key = unwrap_enrol(practice.keyring, practice.contact.row, wrap, slot_secret)
    assert practice.open_as_contact(case, key=key).open_part(0) == BODY


def test_threat_9_an_old_backup_and_k0_open_no_waiting_mailbox_whose_slot_is_destroyed(
    practice: Practice,
):
    """The thief has every row and every subkey; the slot's page says zeros since the claim."""
    wrap, _ = waiting_wrap(practice)
    with pytest.raises(SealBroken):
        unwrap_enrol(practice.keyring, practice.contact.row, wrap, bytes(32))


def test_threat_9_a_shredded_copy_stays_closed_to_the_right_private_key(practice: Practice):
    case = practice.seal()
    unwrapped = unwrap_grant(
        practice.keyring, case.header, case.contact_grant, case.act, practice.contact
    )
    with pytest.raises(SealBroken):
        unwrapped.open(case.parts, bytes(32))


def test_threat_9_claiming_moves_what_waits_to_a_key_that_no_backup_has(practice: Practice):
    wrap, slot_secret = waiting_wrap(practice)
    case = practice.seal()
    provisional = unwrap_enrol(practice.keyring, practice.contact.row, wrap, slot_secret)
    claimed = practice.reader(ReaderKind.MAILBOX)
    unwrapped = unwrap_grant(
        practice.keyring, case.header, case.contact_grant, case.act, provisional
    )
    message = unwrapped.open(case.parts, case.contact_slot)
    act = act_of(practice, message.header.message)
    grant = message.grant(
        act,
        grant_id=uuid.uuid4(),
        copy=CopyClass.CONTACT,
        slot_secret=case.contact_slot,
        reader=practice.checked(claimed),
        delivery=case.contact_grant.delivery,
    )
    signed = act.sign(case.header)

    opened = unwrap_grant(practice.keyring, case.header, grant, signed, claimed)
    assert opened.open(case.parts, case.contact_slot).open_part(0) == BODY
    with pytest.raises(SealBroken):
        unwrap_grant(practice.keyring, case.header, grant, signed, provisional)


@pytest.fixture
def passwords(practice: Practice):
    threads = Argon2Threads(at_once=1)
    yield PasswordVault(practice.keyring, practice.randomness, threads, CHEAP)
    threads.close()


async def test_the_waiting_key_alone_does_not_open_a_challenged_delivery(
    practice: Practice, passwords: PasswordVault
):
    case = practice.seal(challenge=await passwords.new_challenge("four plain spoken words"))
    parameters = case.contact_grant.challenge
    assert parameters is not None
    with pytest.raises(WrongPassphrase):
        practice.open_as_contact(case)
    wrong = await passwords.answer_challenge(parameters, "four plain spoken word")
    with pytest.raises(WrongPassphrase):
        practice.open_as_contact(case, wrong)
    right = await passwords.answer_challenge(parameters, "four plain spoken words")
    assert practice.open_as_contact(case, right).open_part(0) == BODY


async def test_a_challenge_does_not_stand_in_the_way_of_the_practice(
    practice: Practice, passwords: PasswordVault
):
    case = practice.seal(challenge=await passwords.new_challenge("four plain spoken words"))
    assert practice.open_as_member(case).open_part(0) == BODY


async def test_a_challenged_delivery_is_carried_over_to_a_claimed_mailbox_still_locked(
    practice: Practice, passwords: PasswordVault
):
    """A claim proves one challenge; the other deliveries move along without theirs."""
    case = practice.seal(challenge=await passwords.new_challenge("four plain spoken words"))
    claimed = practice.reader(ReaderKind.MAILBOX)
    act = act_of(practice, case.contact_grant.message)
    unwrapped = unwrap_grant(
        practice.keyring, case.header, case.contact_grant, case.act, practice.contact
    )
    grant = unwrapped.carry_over(act, grant_id=uuid.uuid4(), reader=practice.checked(claimed))
    signed = act.sign(case.header)
    assert grant.delivery == case.contact_grant.delivery
    assert grant.challenge == case.contact_grant.challenge

    moved = unwrap_grant(practice.keyring, case.header, grant, signed, claimed)
    with pytest.raises(WrongPassphrase):
        moved.open(case.parts, case.contact_slot)
    assert grant.challenge is not None
    right = await passwords.answer_challenge(grant.challenge, "four plain spoken words")
    assert moved.open(case.parts, case.contact_slot, right).open_part(0) == BODY


async def test_one_passphrase_for_two_deliveries_gives_each_its_own_layer(
    practice: Practice, passwords: PasswordVault
):
    challenge = await passwords.new_challenge("four plain spoken words")
    first, second = uuid.uuid4(), uuid.uuid4()
    organization, message = practice.organization, uuid.uuid4()
    assert challenge.layer_key(organization, message, DeliveryId(first)) != challenge.layer_key(
        organization, message, DeliveryId(second)
    )


async def test_a_member_sets_a_locked_delivery_a_new_passphrase(
    practice: Practice, passwords: PasswordVault
):
    case = practice.seal(challenge=await passwords.new_challenge("the old lost words"))
    opened = practice.open_as_member(case)
    act = act_of(practice, opened.header.message)
    grant = opened.grant(
        act,
        grant_id=uuid.uuid4(),
        copy=CopyClass.CONTACT,
        slot_secret=case.contact_slot,
        reader=practice.checked(practice.contact),
        delivery=case.contact_grant.delivery,
        challenge=await passwords.new_challenge("the new told words"),
    )
    signed = act.sign(case.header)
    unwrapped = unwrap_grant(practice.keyring, case.header, grant, signed, practice.contact)
    assert grant.challenge is not None
    old = await passwords.answer_challenge(grant.challenge, "the old lost words")
    with pytest.raises(WrongPassphrase):
        unwrapped.open(case.parts, case.contact_slot, old)
    new = await passwords.answer_challenge(grant.challenge, "the new told words")
    assert unwrapped.open(case.parts, case.contact_slot, new).open_part(0) == BODY


async def test_threat_7_the_right_passphrase_without_the_pepper_opens_nothing(practice: Practice):
    """A thief of the dump guesses right, and can't know it."""
    threads = Argon2Threads(at_once=1)
    mine = PasswordVault(practice.keyring, practice.randomness, threads, CHEAP)
    thiefs = PasswordVault(Practice().keyring, practice.randomness, threads, CHEAP)
    case = practice.seal(challenge=await mine.new_challenge("four plain spoken words"))
    assert case.contact_grant.challenge is not None
    guess = await thiefs.answer_challenge(case.contact_grant.challenge, "four plain spoken words")
    with pytest.raises(WrongPassphrase):
        practice.open_as_contact(case, guess)
    threads.close()


def test_a_challenge_needs_a_delivery(practice: Practice):
    from licorne.vault.challenges import ChallengeSecret

    seal = practice.new_seal()
    act = seal.begin_act(uuid.uuid4(), uuid.uuid4())
    for copy, delivery in ((CopyClass.CONTACT, None), (CopyClass.PRACTICE, uuid.uuid4())):
        with pytest.raises(ValueError, match="challenge"):
            seal.grant(
                act,
                grant_id=uuid.uuid4(),
                copy=copy,
                slot_secret=bytes(32),
                reader=practice.checked(practice.contact),
                delivery=None if delivery is None else DeliveryId(delivery),
                challenge=ChallengeSecret(bytes(26), bytes(32)),
            )
