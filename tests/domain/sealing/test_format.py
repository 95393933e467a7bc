import uuid
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licorne.domain.identity.ids import MessageId, OrganizationId
from licorne.domain.sealing.chunks import (
    CHUNK_BYTES,
    SEALED_CHUNK_BYTES,
    chunk_nonce,
    plain_size,
    sealed_size,
)
from licorne.domain.sealing.encoding import EncodingBroken
from licorne.domain.sealing.format import (
    Suite,
    content_root,
    decode_header,
    encode_header,
    is_header_of,
)
from licorne.domain.sealing.records import ContentHeader, SealedPart, SlotReference

HEADER = ContentHeader(
    organization=OrganizationId(uuid.UUID(int=1)),
    message=MessageId(uuid.UUID(int=2)),
    author=uuid.UUID(int=3),
    version=1,
    suite=Suite.HYBRID,
    content_root=b"r" * 32,
    commitment=b"c" * 32,
)


def test_a_header_comes_back():
    assert decode_header(encode_header(HEADER)) == HEADER


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("version", 2),
        ("suite", Suite.APPROVED),
        ("content_root", b"r" * 31),
        ("commitment", b""),
    ],
)
def test_a_header_of_another_version_or_shape_is_refused_and_not_guessed_at(field: str, value: Any):
    with pytest.raises(EncodingBroken):
        decode_header(encode_header(replace(HEADER, **{field: value})))


def test_a_header_is_of_its_own_message_only():
    encoded, other = encode_header(HEADER), uuid.UUID(int=9)
    assert is_header_of(encoded, HEADER.organization, HEADER.message)
    assert not is_header_of(encoded, HEADER.organization, MessageId(other))
    assert not is_header_of(encoded, OrganizationId(other), HEADER.message)


def part(number: int, size: int = 10, digest: bytes = b"d" * 32) -> SealedPart:
    return SealedPart(number, b"", None, size, digest)


def test_the_root_changes_with_every_parts_size_digest_and_place():
    roots = [
        content_root((part(0),)),
        content_root((part(0), part(1))),
        content_root((part(0), part(1, size=11))),
        content_root((part(0), part(1, digest=b"e" * 32))),
        content_root((part(0, digest=b"e" * 32), part(1))),
    ]
    assert len(set(roots)) == len(roots)


@pytest.mark.parametrize("numbers", [(), (1,), (0, 2), (1, 0), (0, 0)])
def test_the_root_is_of_parts_numbered_without_gaps(numbers: tuple[int, ...]):
    with pytest.raises(EncodingBroken):
        content_root([part(number) for number in numbers])


def test_every_chunk_has_its_own_nonce_and_the_last_one_another():
    nonces = [chunk_nonce(index, last=last) for index in range(300) for last in (False, True)]
    assert len(set(nonces)) == len(nonces)
    assert {len(nonce) for nonce in nonces} == {12}


@given(st.integers(0, 60 * 1024 * 1024))
def test_plain_and_sealed_sizes_tell_each_other(size: int):
    assert plain_size(sealed_size(size)) == size


def test_sizes_at_the_edges_of_chunks():
    assert [sealed_size(n) for n in (0, 1, CHUNK_BYTES, CHUNK_BYTES + 1)] == [
        16,
        17,
        SEALED_CHUNK_BYTES,
        SEALED_CHUNK_BYTES + 17,
    ]


def test_a_slot_reference_is_read_from_its_text():
    slot = SlotReference(uuid.uuid4(), 127)
    assert SlotReference.parse(str(slot)) == slot
