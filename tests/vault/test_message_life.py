"""What a message's readers can do: open it, be granted it, lose it."""

import uuid

import pytest
from tests.vault.practice import BODY, Practice, joined, stream_of

from licorne.domain.identity.ids import DeliveryId
from licorne.domain.sealing.faults import SealBroken
from licorne.domain.sealing.records import CopyClass, ReaderKind, WrapMethod
from licorne.vault.granting import GrantingAct
from licorne.vault.opened_message import unwrap_grant


def test_every_reader_opens_the_message_with_its_own_key(practice: Practice):
    case = practice.seal()
    assert practice.open_as_contact(case).open_part(0) == BODY
    assert practice.open_as_member(case).open_part(0) == BODY
    assert practice.open_as_record(case).open_part(0) == BODY


def test_the_practice_is_reached_by_an_intake_key_and_the_contact_by_hpke(practice: Practice):
    case = practice.seal()
    assert case.contact_grant.method is WrapMethod.HPKE
    assert case.contact_grant.intake_key is None
    assert case.member_grant.method is WrapMethod.INTAKE
    assert case.member_grant.intake_key == case.intake.id


def test_the_header_names_author_and_message_and_no_reader(practice: Practice):
    case = practice.seal()
    header = practice.open_as_contact(case).header
    assert header.author == practice.member.row.owner
    assert header.message == case.contact_grant.message
    for reader in (practice.contact, practice.record):
        assert reader.row.id.bytes not in case.header.encoded
        assert reader.row.owner.bytes not in case.header.encoded


def test_no_plain_text_is_in_any_row(practice: Practice):
    case = practice.seal(b"canary" * 100)
    rows = repr((case.header, case.parts, case.grants, case.act, case.intake)).encode()
    assert b"canary" not in rows


def test_the_same_text_sealed_twice_looks_different(practice: Practice):
    first, second = practice.seal(), practice.seal()
    assert first.parts[0].sealed != second.parts[0].sealed


def test_each_copy_ends_by_its_own_slot(practice: Practice):
    case = practice.seal()
    zeroed = bytes(32)
    unwrapped = unwrap_grant(
        practice.keyring, case.header, case.contact_grant, case.act, practice.contact
    )
    with pytest.raises(SealBroken):
        unwrapped.open(case.parts, zeroed)
    with pytest.raises(SealBroken):
        unwrapped.open(case.parts, case.practice_slot)
    assert practice.open_as_member(case).open_part(0) == BODY


def test_a_member_grants_a_contact_its_old_message_again_with_a_new_key(practice: Practice):
    case = practice.seal()
    opened = practice.open_as_member(case)
    new_mailbox = practice.reader(ReaderKind.MAILBOX)
    act = GrantingAct(
        practice.keyring,
        practice.randomness,
        organization=practice.organization,
        message=opened.header.message,
        act_id=uuid.uuid4(),
        granter=practice.member.row.owner,
    )
    grant = opened.grant(
        act,
        grant_id=uuid.uuid4(),
        copy=CopyClass.CONTACT,
        slot_secret=case.contact_slot,
        reader=practice.checked(new_mailbox),
        delivery=DeliveryId(uuid.uuid4()),
    )
    signed = act.sign(case.header)

    again = unwrap_grant(practice.keyring, case.header, grant, signed, new_mailbox)
    assert again.open(case.parts, case.contact_slot).open_part(0) == BODY
    # The contact's end ends what was granted again, too.
    with pytest.raises(SealBroken):
        again.open(case.parts, bytes(32))


def test_another_readers_key_opens_nothing(practice: Practice):
    case = practice.seal()
    stranger = practice.reader(ReaderKind.WAITING)
    with pytest.raises(SealBroken):
        practice.open_as_contact(case, key=stranger)


def test_a_part_is_sealed_once_and_nothing_follows_the_header(practice: Practice):
    seal = practice.new_seal()
    seal.seal_small(0, b"first")
    with pytest.raises(RuntimeError):
        seal.seal_small(0, b"second")
    seal.finish()
    with pytest.raises(RuntimeError):
        seal.seal_small(1, b"late")


async def test_a_message_with_a_part_half_sealed_is_not_finished(practice: Practice):
    seal = practice.new_seal()
    seal.seal_small(0, b"body")
    stream = seal.seal_stream(1, "ab" * 16, stream_of([b"attachment"]))
    with pytest.raises(RuntimeError):
        seal.finish()
    with pytest.raises(RuntimeError):
        _ = stream.part
    await joined(aiter(stream))
    seal.finish()
    assert stream.part.number == 1


def test_sealing_to_a_reader_of_another_organization_is_refused(practice: Practice):
    seal = practice.new_seal()
    act = seal.begin_act(uuid.uuid4(), practice.member.row.owner)
    foreign = practice.reader(ReaderKind.MEMBER, organization=Practice().organization)
    with pytest.raises(ValueError, match="another organization"):
        seal.grant(
            act,
            grant_id=uuid.uuid4(),
            copy=CopyClass.PRACTICE,
            slot_secret=bytes(32),
            reader=practice.checked(foreign),
        )


def test_an_act_signs_only_for_its_own_message(practice: Practice):
    seal, other = practice.new_seal(), practice.new_seal()
    other.seal_small(0, b"")
    act = seal.begin_act(uuid.uuid4(), practice.member.row.owner)
    with pytest.raises(ValueError, match="another message"):
        act.sign(other.finish())
