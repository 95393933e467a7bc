"""Seals and opens parts chunk by chunk, as `domain.sealing.chunks` lays them out."""

import hashlib
from collections.abc import AsyncIterable, AsyncIterator, Callable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from licorne.domain.sealing.chunks import (
    CHUNK_BYTES,
    SEALED_CHUNK_BYTES,
    SMALL_PART_BYTES,
    TAG_BYTES,
    chunk_nonce,
)
from licorne.domain.sealing.faults import SealBroken
from licorne.domain.sealing.records import SealedPart


def seal_small(key: bytes, number: int, plaintext: bytes) -> SealedPart:
    """Seal a part that lies in the row: one last chunk."""
    if len(plaintext) > SMALL_PART_BYTES:
        raise ValueError(f"a part in the row has at most {SMALL_PART_BYTES} bytes")
    sealed = AESGCM(key).encrypt(chunk_nonce(0, last=True), plaintext, None)
    return SealedPart(number, sealed, None, len(sealed), hashlib.sha256(sealed).digest())


def open_small(key: bytes, part: SealedPart) -> bytes:
    """Open a part that lies in the row. Raises `SealBroken`."""
    sealed = part.sealed
    if sealed is None or len(sealed) > SEALED_CHUNK_BYTES:
        raise SealBroken("a part isn't in its row")
    if part.sealed_size != len(sealed) or part.digest != hashlib.sha256(sealed).digest():
        raise SealBroken("a part in the row isn't the one that was signed")
    return _open_chunk(AESGCM(key), 0, sealed, last=True)


class PartStream:
    """A part on its way to the blob store: iterate once, then take ``part``.

    The plain chunks may have any size; one chunk is held back until it is known whether it is the
    last. Memory is two chunks, whatever the part's size.
    """

    def __init__(
        self,
        key: bytes,
        number: int,
        blob: str,
        chunks: AsyncIterable[bytes],
        done: Callable[[SealedPart], None],
    ) -> None:
        self._cipher = AESGCM(key)
        self._number = number
        self._blob = blob
        self._chunks = chunks
        self._done = done
        self._started = False
        self._part: SealedPart | None = None

    @property
    def part(self) -> SealedPart:
        """The row of this part, once all of it was iterated."""
        if self._part is None:
            raise RuntimeError("the part is still being sealed")
        return self._part

    async def __aiter__(self) -> AsyncIterator[bytes]:
        if self._started:
            # A second run could seal other bytes under the same nonces.
            raise RuntimeError("a part is sealed once")
        self._started = True
        digest, size, index = hashlib.sha256(), 0, 0
        async for chunk, last in _recut(self._chunks, CHUNK_BYTES):
            sealed = self._cipher.encrypt(chunk_nonce(index, last=last), chunk, None)
            digest.update(sealed)
            size += len(sealed)
            index += 1
            if last:
                self._part = SealedPart(self._number, None, self._blob, size, digest.digest())
                self._done(self._part)
            yield sealed


async def open_stream(
    key: bytes, part: SealedPart, sealed: AsyncIterable[bytes]
) -> AsyncIterator[bytes]:
    """Give a part's plain chunks, each checked before it is given. Raises `SealBroken`.

    A part that was cut off gives its honest beginning and then raises: whoever writes to a person
    must end the transfer as broken when that happens.
    """
    cipher = AESGCM(key)
    digest, size, index = hashlib.sha256(), 0, 0
    async for chunk, last in _recut(sealed, SEALED_CHUNK_BYTES):
        if last and index and len(chunk) <= TAG_BYTES:
            raise SealBroken("a part ends in an empty chunk")
        digest.update(chunk)
        size += len(chunk)
        if last and (size != part.sealed_size or digest.digest() != part.digest):
            raise SealBroken("a part in the blob store isn't the one that was signed")
        yield _open_chunk(cipher, index, chunk, last=last)
        index += 1


def _open_chunk(cipher: AESGCM, index: int, chunk: bytes, *, last: bool) -> bytes:
    try:
        return cipher.decrypt(chunk_nonce(index, last=last), chunk, None)
    except (InvalidTag, ValueError) as error:
        raise SealBroken("a chunk doesn't open: changed, moved or cut off") from error


async def _recut(chunks: AsyncIterable[bytes], size: int) -> AsyncIterator[tuple[bytes, bool]]:
    """Cut a stream into pieces of ``size``, the last one marked; an empty stream gives one."""
    held = bytearray()
    async for chunk in chunks:
        held += chunk
        position = 0
        while len(held) - position > size:
            yield bytes(held[position : position + size]), False
            position += size
        del held[:position]
    yield bytes(held), True
