"""Threat 10: whoever writes rows can't swap wraps, keys or content. Every change must be noticed."""

import uuid
from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.vault.practice import Practice, SealedCase

from licorne.domain.identity.ids import KeyId, MessageId, OrganizationId
from licorne.domain.sealing.encoding import decode, encode
from licorne.domain.sealing.faults import SealBroken, SealingFault
from licorne.domain.sealing.format import encode_act, encode_directory_key, grant_hash, header_hash
from licorne.domain.sealing.records import (
    CopyClass,
    CurrentKey,
    DirectoryKey,
    Grant,
    GrantAct,
    IntakeKey,
    ReaderKind,
    SignedHeader,
    WrapMethod,
)
from licorne.vault.intake_keys import open_intake_key
from licorne.vault.key_directory import KeyDirectory
from licorne.vault.opened_message import unwrap_grant
from licorne.vault.reader_keys import OpenReaderKey, point_to

PRACTICE = Practice()
CASE = PRACTICE.seal()
OTHER = PRACTICE.seal()


def another(value: Any) -> Any:
    """Some other value of the same type."""
    match value:
        case bytes():
            return bytes([value[0] ^ 1]) + value[1:] if value else b"x"
        case uuid.UUID():
            return uuid.uuid4()
        case CopyClass.CONTACT:
            return CopyClass.PRACTICE
        case CopyClass.PRACTICE:
            return CopyClass.CONTACT
        case ReaderKind():
            return ReaderKind.TEAM
        case WrapMethod.HPKE:
            return WrapMethod.INTAKE
        case WrapMethod.INTAKE:
            return WrapMethod.HPKE
        case int():
            return value + 1
        case None:
            return uuid.uuid4()
        case str():
            return value + "x"
        case _:
            raise TypeError(value)


def openers(case: SealedCase) -> dict[str, Callable[[], bytes]]:
    return {
        "contact": lambda: PRACTICE.open_as_contact(case).open_part(0),
        "member": lambda: PRACTICE.open_as_member(case).open_part(0),
        "record": lambda: PRACTICE.open_as_record(case).open_part(0),
    }


READERS = ("contact", "member", "record")
GRANT_FIELDS = [f.name for f in fields(Grant)]


def resigned(case: SealedCase, granter: uuid.UUID | None = None) -> SealedCase:
    """Sign the changed grants anew, as if the attacker could: the wrap's own context must hold."""
    bound_to = header_hash(case.header.encoded)
    act = replace(
        case.act,
        granter=granter or case.act.granter,
        grant_hashes=b"".join(grant_hash(g, bound_to, case.act.granter) for g in case.grants),
    )
    act = replace(act, signature=PRACTICE.keyring.sign(encode_act(act, bound_to)))
    return replace(case, act=act)


def test_the_untouched_rows_open():
    for opener in openers(CASE).values():
        opener()
    for opener in openers(resigned(CASE)).values():
        opener()


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("field", GRANT_FIELDS)
def test_threat_10_a_grant_with_one_field_changed_does_not_open(reader: str, field: str):
    grant: Grant = getattr(CASE, f"{reader}_grant")
    value = b"y" * 26 if field == "challenge" else another(getattr(grant, field))
    changed = replace(CASE, **{f"{reader}_grant": replace(grant, **{field: value})})
    with pytest.raises(SealingFault):
        openers(changed)[reader]()


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("field", [name for name in GRANT_FIELDS if name != "act"])
def test_threat_10_not_even_when_the_changed_grant_is_signed_anew(reader: str, field: str):
    # "act" is left out: only the signature binds a grant to its act.
    grant: Grant = getattr(CASE, f"{reader}_grant")
    value = b"y" * 26 if field == "challenge" else another(getattr(grant, field))
    changed = replace(CASE, **{f"{reader}_grant": replace(grant, **{field: value})})
    with pytest.raises(SealingFault):
        openers(resigned(changed))[reader]()


@pytest.mark.parametrize("field", [f.name for f in fields(GrantAct)])
def test_threat_10_an_act_with_one_field_changed_vouches_for_nothing(field: str):
    value = another(getattr(CASE.act, field))
    changed = replace(CASE, act=replace(CASE.act, **{field: value}))
    for opener in openers(changed).values():
        with pytest.raises(SealBroken):
            opener()


def test_threat_10_a_grant_of_an_unsigned_act_does_not_open():
    stranger = Practice()
    bound_to = header_hash(CASE.header.encoded)
    forged = replace(CASE.act, signature=stranger.keyring.sign(encode_act(CASE.act, bound_to)))
    with pytest.raises(SealBroken):
        PRACTICE.open_as_contact(replace(CASE, act=forged))


@pytest.mark.parametrize("what", ["header", "parts", "act", "contact_grant", "contact_slot"])
def test_threat_10_nothing_can_be_swapped_between_two_messages(what: str):
    swapped = replace(CASE, **{what: getattr(OTHER, what)})
    with pytest.raises(SealBroken):
        PRACTICE.open_as_contact(swapped)


def test_threat_10_an_intake_key_can_not_be_swapped():
    with pytest.raises(SealBroken):
        PRACTICE.open_as_member(replace(CASE, intake=OTHER.intake))


@pytest.mark.parametrize("field", [f.name for f in fields(IntakeKey)])
def test_threat_10_an_intake_key_with_one_field_changed_does_not_open(field: str):
    changed = replace(CASE.intake, **{field: another(getattr(CASE.intake, field))})
    with pytest.raises(SealBroken):
        open_intake_key(PRACTICE.keyring, changed, PRACTICE.member)


@pytest.mark.parametrize("field", range(7))
def test_threat_10_a_header_with_one_field_changed_is_refused(field: str):
    values = decode("content-header", CASE.header.encoded)
    values[field] = another(values[field])
    header = SignedHeader(encode("content-header", values), CASE.header.signature)
    with pytest.raises(SealBroken):
        PRACTICE.open_as_contact(replace(CASE, header=header))


def test_threat_10_a_part_exchanged_for_one_sealed_by_the_same_key_number_is_refused():
    body, other = CASE.parts[0], OTHER.parts[0]
    for changed in (
        replace(body, sealed=other.sealed),
        replace(body, sealed=other.sealed, digest=other.digest),
        replace(body, sealed_size=body.sealed_size + 1),
        replace(body, digest=other.digest),
        replace(body, number=1),
    ):
        with pytest.raises(SealBroken):
            PRACTICE.open_as_contact(replace(CASE, parts=(changed,))).open_part(0)
    for parts in ((), (body, body), (body, replace(body, number=1))):
        with pytest.raises(SealBroken):
            PRACTICE.open_as_contact(replace(CASE, parts=parts))


# The directory: what is sealed *to*.


@pytest.mark.parametrize("field", [f.name for f in fields(DirectoryKey)])
def test_threat_10_nothing_is_sealed_to_a_changed_directory_row(field: str):
    row = PRACTICE.contact.row
    changed = replace(row, **{field: another(getattr(row, field))})
    PRACTICE.directory.checked(row)
    with pytest.raises(SealBroken):
        PRACTICE.directory.checked(changed)


@pytest.mark.parametrize("field", [f.name for f in fields(CurrentKey)])
def test_threat_10_a_changed_pointer_is_refused(field: str):
    row = PRACTICE.contact.row
    pointer = point_to(PRACTICE.keyring, row, 1)
    assert PRACTICE.directory.current(pointer, row).row == row
    with pytest.raises(SealBroken):
        PRACTICE.directory.current(
            replace(pointer, **{field: another(getattr(pointer, field))}), row
        )


def test_threat_10_a_pointer_leads_to_its_own_key_only():
    mine, other = PRACTICE.contact.row, PRACTICE.reader(ReaderKind.WAITING).row
    with pytest.raises(SealBroken):
        PRACTICE.directory.current(point_to(PRACTICE.keyring, mine, 1), other)


def test_threat_10_an_attackers_own_key_pair_is_refused():
    stranger = Practice()
    forged = replace(
        stranger.contact.row, organization=PRACTICE.organization, owner=PRACTICE.contact.row.owner
    )
    forged = replace(forged, signature=stranger.keyring.sign(encode_directory_key(forged)))
    with pytest.raises(SealBroken):
        PRACTICE.directory.checked(forged)


def test_threat_10_a_directory_remembers_what_it_checked_and_not_what_it_refused():
    directory = KeyDirectory(PRACTICE.keyring)
    row = PRACTICE.contact.row
    bad = replace(row, version=9)
    for _ in range(2):
        with pytest.raises(SealBroken):
            directory.checked(bad)
        assert directory.checked(row) is directory.checked(row)


# Anything at all.


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_threat_10_any_flipped_bit_in_any_row_is_noticed(data: st.DataObject):
    records = {
        "header": ("encoded", "signature"),
        "act": ("grant_hashes", "signature"),
        "member_grant": ("wrapped",),
        "intake": ("wrapped", "signature"),
    }
    record = data.draw(st.sampled_from(sorted(records)))
    field = data.draw(st.sampled_from(records[record]))
    value = bytearray(getattr(getattr(CASE, record), field))
    bit = data.draw(st.integers(0, len(value) * 8 - 1))
    value[bit // 8] ^= 1 << bit % 8
    changed = replace(CASE, **{record: replace(getattr(CASE, record), **{field: bytes(value)})})
    with pytest.raises(SealBroken):
        PRACTICE.open_as_member(changed)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_threat_10_bytes_from_anywhere_raise_a_fault_and_nothing_else(junk: bytes):
    for changed in (
        replace(CASE, header=SignedHeader(junk, CASE.header.signature)),
        replace(CASE, header=SignedHeader(CASE.header.encoded, junk)),
        replace(CASE, act=replace(CASE.act, grant_hashes=junk)),
        replace(CASE, act=replace(CASE.act, signature=junk)),
        replace(CASE, member_grant=replace(CASE.member_grant, wrapped=junk)),
        resigned(replace(CASE, member_grant=replace(CASE.member_grant, wrapped=junk))),
    ):
        with pytest.raises(SealBroken):
            PRACTICE.open_as_member(changed)


def test_threat_10_a_reader_key_claimed_for_a_foreign_row_opens_nothing():
    foreign = replace(PRACTICE.contact.row, id=KeyId(uuid.uuid4()))
    with pytest.raises(SealBroken):
        unwrap_grant(
            PRACTICE.keyring,
            CASE.header,
            CASE.contact_grant,
            CASE.act,
            OpenReaderKey(foreign, PRACTICE.contact.secret),
        )


def test_threat_10_a_message_moved_to_another_organization_or_id_does_not_open():
    for field, value in (
        ("organization", OrganizationId(uuid.uuid4())),
        ("message", MessageId(uuid.uuid4())),
    ):
        moved = replace(
            CASE,
            contact_grant=replace(CASE.contact_grant, **{field: value}),
            act=replace(CASE.act, **{field: value}),
        )
        with pytest.raises(SealBroken):
            PRACTICE.open_as_contact(resigned(moved))


def test_threat_10_rows_of_two_messages_are_told_apart_before_anything_is_opened():
    """Deeper locks would stop these, too; but a wrong row should never get that far."""
    bound_to = header_hash(CASE.header.encoded)
    act = replace(
        OTHER.act, grant_hashes=grant_hash(OTHER.contact_grant, bound_to, uuid.UUID(int=0))
    )
    act = replace(act, granter=uuid.UUID(int=0))
    act = replace(act, signature=PRACTICE.keyring.sign(encode_act(act, bound_to)))
    mixed = replace(CASE, contact_grant=OTHER.contact_grant, act=act)
    with pytest.raises(SealBroken, match="another message's header"):
        PRACTICE.open_as_contact(mixed)
    with pytest.raises(SealBroken, match="another act"):
        PRACTICE.open_as_contact(replace(CASE, act=OTHER.act))
