"""Parts that stream: truncation, reordering and swapping fail, memory stays constant."""

import tracemalloc
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.vault.practice import Practice, SealedCase, joined, stream_of

from licorne.domain.sealing.chunks import CHUNK_BYTES, SEALED_CHUNK_BYTES, TAG_BYTES, sealed_size
from licorne.domain.sealing.faults import SealBroken
from licorne.vault.opened_message import OpenedMessage

BLOB = "ab" * 16


async def sealed_with(
    practice: Practice, *attachments: bytes, cut: int = 50_000
) -> tuple[SealedCase, list[bytes]]:
    seal = practice.new_seal()
    seal.seal_small(0, b"body")
    blobs = []
    for number, content in enumerate(attachments, start=1):
        pieces = [content[at : at + cut] for at in range(0, len(content), cut)]
        blobs.append(await joined(aiter(seal.seal_stream(number, BLOB, stream_of(pieces)))))
    return practice.grant_all(seal), blobs


async def opened_from(
    message: OpenedMessage, number: int, sealed: bytes, cut: int = 9_999
) -> bytes:
    pieces = [sealed[at : at + cut] for at in range(0, len(sealed), cut)]
    return await joined(message.open_stream(number, stream_of(pieces)))


@pytest.mark.parametrize(
    "size",
    [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES, 3 * CHUNK_BYTES + 7],
)
async def test_a_part_of_any_size_comes_back(practice: Practice, size: int):
    content = practice.randomness.bytes(size)
    case, (blob,) = await sealed_with(practice, content)
    part = case.parts[1]
    assert (part.blob, part.sealed) == (BLOB, None)
    assert part.sealed_size == len(blob) == sealed_size(size)
    assert await opened_from(practice.open_as_contact(case), 1, blob) == content


@settings(max_examples=40, deadline=None)
@given(
    size=st.integers(0, 3 * CHUNK_BYTES),
    cut_in=st.integers(1, 2 * CHUNK_BYTES),
    cut_out=st.integers(1, 2 * CHUNK_BYTES),
)
async def test_how_a_stream_arrives_in_pieces_does_not_matter(size: int, cut_in: int, cut_out: int):
    practice = Practice()
    content = bytes(size)
    cut_in, cut_out = max(cut_in, size // 100), max(cut_out, size // 100)
    case, (blob,) = await sealed_with(practice, content, cut=cut_in)
    assert await opened_from(practice.open_as_record(case), 1, blob, cut=cut_out) == content


async def test_a_stream_cut_off_anywhere_fails(practice: Practice):
    case, (blob,) = await sealed_with(practice, bytes(2 * CHUNK_BYTES + 500))
    message = practice.open_as_contact(case)
    for size in (0, 1, TAG_BYTES, SEALED_CHUNK_BYTES, 2 * SEALED_CHUNK_BYTES, len(blob) - 1):
        with pytest.raises(SealBroken):
            await opened_from(message, 1, blob[:size])


async def test_chunks_reordered_repeated_or_added_fail(practice: Practice):
    case, (blob,) = await sealed_with(practice, bytes(2 * CHUNK_BYTES + 500))
    message = practice.open_as_contact(case)
    first, second = blob[:SEALED_CHUNK_BYTES], blob[SEALED_CHUNK_BYTES : 2 * SEALED_CHUNK_BYTES]
    last = blob[2 * SEALED_CHUNK_BYTES :]
    for changed in (second + first + last, first + first + last, blob + last, blob + b"\0", last):
        with pytest.raises(SealBroken):
            await opened_from(message, 1, changed)


async def test_nothing_of_a_changed_chunk_is_ever_given(practice: Practice):
    case, (blob,) = await sealed_with(practice, b"a" * (2 * CHUNK_BYTES))
    changed = bytearray(blob)
    changed[SEALED_CHUNK_BYTES + 5] ^= 1
    plain = practice.open_as_contact(case).open_stream(1, stream_of([bytes(changed)]))
    assert await anext(plain) == b"a" * CHUNK_BYTES
    with pytest.raises(SealBroken):
        await anext(plain)
    with pytest.raises(StopAsyncIteration):
        await anext(plain)


async def test_two_parts_of_one_message_can_not_be_exchanged(practice: Practice):
    case, (one, two) = await sealed_with(practice, b"1" * 1000, b"2" * 1000)
    message = practice.open_as_contact(case)
    with pytest.raises(SealBroken):
        await opened_from(message, 1, two)
    assert await opened_from(message, 2, two) == b"2" * 1000
    assert await opened_from(message, 1, one) == b"1" * 1000


async def test_the_same_part_of_two_messages_can_not_be_exchanged(practice: Practice):
    case, _ = await sealed_with(practice, b"1" * 1000)
    _, (foreign,) = await sealed_with(practice, b"1" * 1000)
    with pytest.raises(SealBroken):
        await opened_from(practice.open_as_contact(case), 1, foreign)


async def test_a_part_is_iterated_once_since_a_second_run_would_use_nonces_again(
    practice: Practice,
):
    seal = practice.new_seal()
    stream = seal.seal_stream(1, BLOB, stream_of([b"x"]))
    await joined(aiter(stream))
    with pytest.raises(RuntimeError):
        await joined(aiter(stream))


async def test_a_body_too_large_for_the_row_is_refused_there_and_streams_instead(
    practice: Practice,
):
    seal = practice.new_seal()
    with pytest.raises(ValueError, match="at most"):
        seal.seal_small(7, bytes(CHUNK_BYTES + 1))
    large = practice.new_seal()
    blob = await joined(aiter(large.seal_stream(0, BLOB, stream_of([bytes(CHUNK_BYTES + 1)]))))
    case = practice.grant_all(large)
    message = practice.open_as_contact(case)
    with pytest.raises(SealBroken):
        message.open_part(0)
    assert len(await opened_from(message, 0, blob)) == CHUNK_BYTES + 1


async def test_fifty_megabytes_stream_in_and_out_in_constant_memory(
    practice: Practice, tmp_path: Path
):
    mebibytes, blob = 50, tmp_path / BLOB

    async def plain() -> AsyncIterator[bytes]:
        for _ in range(mebibytes):
            yield bytes(1024 * 1024)

    async def from_disk() -> AsyncIterator[bytes]:
        with blob.open("rb") as file:
            while chunk := file.read(1024 * 1024):
                yield chunk

    seal = practice.new_seal()
    seal.seal_small(0, b"")
    stream = seal.seal_stream(1, BLOB, plain())
    tracemalloc.start()
    try:
        with blob.open("wb") as file:
            async for chunk in stream:
                file.write(chunk)
        message = practice.open_as_contact(practice.grant_all(seal))
        size = 0
        async for chunk in message.open_stream(1, from_disk()):
            size += len(chunk)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert size == mebibytes * 1024 * 1024
    assert stream.part.sealed_size == sealed_size(size)
    assert peak < 8 * 1024 * 1024
