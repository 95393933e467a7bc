"""Somebody who can open a message and write its rows: a reader who turned, or a thief with a key.

They know the data key, so locks alone don't stop them; the signatures, the root, the commitment
and the chunk flags must.
"""

import uuid
from dataclasses import replace

import pytest
from tests.vault.practice import Practice, joined, stream_of

from licorne.domain.sealing.chunks import CHUNK_BYTES, SEALED_CHUNK_BYTES, chunk_nonce
from licorne.domain.sealing.faults import SealBroken
from licorne.domain.sealing.format import (
    decode_header,
    encode_act,
    encode_directory_key,
    encode_header,
    grant_hash,
    header_hash,
)
from licorne.domain.sealing.records import (
    CopyClass,
    ReaderKind,
    SealedPart,
    SignedHeader,
    SlotReference,
)
from licorne.vault.chunk_stream import AESGCM, open_stream, seal_small
from licorne.vault.granting import GrantingAct
from licorne.vault.opened_message import unwrap_grant
from licorne.vault.private_key_wraps import unwrap_enrol, wrap_for_enrol


def test_threat_10_a_reader_can_not_put_other_words_into_the_authors_mouth(practice: Practice):
    case = practice.seal()
    data_key = practice.open_as_contact(case)._data_key
    forged = seal_small(data_key.part_key(0), 0, b"forged")
    beside_the_signed_digest = replace(case.parts[0], sealed=forged.sealed)
    for part in (forged, beside_the_signed_digest):
        with pytest.raises(SealBroken):
            practice.open_as_member(replace(case, parts=(part,))).open_part(0)


async def test_threat_10_nor_into_an_attachment(practice: Practice):
    seal = practice.new_seal()
    seal.seal_small(0, b"")
    await joined(aiter(seal.seal_stream(1, "ab" * 16, stream_of([b"genuine"]))))
    case = practice.grant_all(seal)
    message = practice.open_as_contact(case)
    forged = seal_small(message._data_key.part_key(1), 1, b"forged!").sealed
    assert forged is not None
    with pytest.raises(SealBroken):
        await joined(message.open_stream(1, stream_of([forged])))


def test_threat_10_a_reader_can_not_let_others_read_unseen(practice: Practice):
    """A good wrap under an act's id is still no grant unless that act's signature names it."""
    case = practice.seal()
    accomplice = practice.reader(ReaderKind.MEMBER)
    act = GrantingAct(
        practice.keyring,
        practice.randomness,
        organization=practice.organization,
        message=case.act.message,
        act_id=case.act.id,
        granter=case.act.granter,
    )
    grant = practice.open_as_member(case).grant(
        act,
        grant_id=uuid.uuid4(),
        copy=CopyClass.PRACTICE,
        slot_secret=case.practice_slot,
        reader=practice.checked(accomplice),
    )
    with pytest.raises(SealBroken, match="act doesn't name"):
        unwrap_grant(practice.keyring, case.header, grant, case.act, accomplice)


def test_threat_10_a_data_key_that_the_header_does_not_commit_to_is_refused(practice: Practice):
    case = practice.seal()
    header = replace(decode_header(case.header.encoded), commitment=b"c" * 32)
    encoded = encode_header(header)
    bound_to = header_hash(encoded)
    act = replace(
        case.act,
        grant_hashes=b"".join(grant_hash(g, bound_to, case.act.granter) for g in case.grants),
    )
    changed = replace(
        case,
        header=SignedHeader(encoded, practice.keyring.sign(encoded)),
        act=replace(act, signature=practice.keyring.sign(encode_act(act, bound_to))),
    )
    with pytest.raises(SealBroken, match="data key"):
        practice.open_as_contact(changed)


def row_for(sealed: bytes) -> SealedPart:
    """A part's row that fits any bytes, as if the root had been signed over them."""
    from hashlib import sha256

    return SealedPart(1, None, "ab" * 16, len(sealed), sha256(sealed).digest())


@pytest.mark.parametrize(
    ("what", "flags"),
    [
        ("cut off at a chunk's end", [(0, False)]),
        ("chunks out of order", [(1, False), (0, False), (2, True)]),
        ("a last chunk in the middle", [(0, True), (1, True)]),
        ("nothing marked as last", [(0, False), (1, False)]),
    ],
)
async def test_the_chunks_themselves_tell_order_and_end(what: str, flags: list[tuple[int, bool]]):
    key, chunk = bytes(32), b"x" * CHUNK_BYTES
    sealed = b"".join(
        AESGCM(key).encrypt(chunk_nonce(index, last=last), chunk, None) for index, last in flags
    )
    with pytest.raises(SealBroken):
        await joined(open_stream(key, row_for(sealed), stream_of([sealed])))


async def test_a_whole_stream_by_hand_opens_and_an_empty_last_chunk_does_not():
    key, chunk = bytes(32), b"x" * CHUNK_BYTES
    cipher = AESGCM(key)
    whole = cipher.encrypt(chunk_nonce(0, last=True), chunk, None)
    assert len(whole) == SEALED_CHUNK_BYTES
    assert await joined(open_stream(key, row_for(whole), stream_of([whole]))) == chunk
    padded = cipher.encrypt(chunk_nonce(0, last=False), chunk, None) + cipher.encrypt(
        chunk_nonce(1, last=True), b"", None
    )
    with pytest.raises(SealBroken):
        await joined(open_stream(key, row_for(padded), stream_of([padded])))


def test_a_slot_alone_does_not_open_a_waiting_mailbox_without_k_enrol(practice: Practice):
    wrap = wrap_for_enrol(
        practice.keyring,
        practice.randomness,
        practice.contact,
        wrap_id=uuid.uuid4(),
        slot=SlotReference(uuid.uuid4(), 1),
        slot_secret=b"s" * 32,
    )
    stranger = Practice()
    row = practice.contact.row
    row = replace(row, signature=stranger.keyring.sign(encode_directory_key(row)))
    with pytest.raises(SealBroken):
        unwrap_enrol(stranger.keyring, row, wrap, b"s" * 32)
