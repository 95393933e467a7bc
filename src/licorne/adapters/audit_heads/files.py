"""Signed heads in a folder: one file a chain, one line a head, appended and fsynced.

It lies outside the database and its backups; copy it where the database's owner can't write
(``licorne audit verify --head`` takes a file from anywhere).
"""

import asyncio
import os
import uuid
from datetime import datetime
from pathlib import Path

import msgspec

from licorne.domain.audit.chain import ChainHead
from licorne.domain.audit.signed_head import SignedHead


class _Line(msgspec.Struct, frozen=True):
    chain: uuid.UUID
    sequence: int
    hash: str
    at: datetime
    signature: str


class HeadFiles:
    def __init__(self, directory: Path) -> None:
        """Keep heads in ``directory``, which is made if need be, for its owner alone."""
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._directory = directory

    async def append(self, head: SignedHead) -> None:
        await asyncio.to_thread(self._append, head)

    async def read(self, chain: uuid.UUID) -> tuple[SignedHead, ...]:
        return await asyncio.to_thread(read_heads, self._path(chain))

    def _path(self, chain: uuid.UUID) -> Path:
        return self._directory / f"{chain}.jsonl"

    def _append(self, head: SignedHead) -> None:
        path = self._path(head.chain)
        is_new = not path.exists()
        descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            os.write(descriptor, _end_of_torn_line(descriptor) + _encoded(head))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if is_new:
            _sync_folder(self._directory)


def read_heads(path: Path) -> tuple[SignedHead, ...]:
    """Read a file of heads; lines that a power cut tore are left out."""
    if not path.exists():
        return ()
    heads = (_decoded(line) for line in path.read_bytes().split(b"\n") if line)
    return tuple(head for head in heads if head is not None)


def _encoded(head: SignedHead) -> bytes:
    line = _Line(
        head.chain, head.head.sequence, head.head.hash.hex(), head.at, head.signature.hex()
    )
    return msgspec.json.encode(line) + b"\n"


def _decoded(line: bytes) -> SignedHead | None:
    try:
        read = msgspec.json.decode(line, type=_Line)
        return SignedHead(
            read.chain,
            ChainHead(read.sequence, bytes.fromhex(read.hash)),
            read.at,
            bytes.fromhex(read.signature),
        )
    except (msgspec.DecodeError, ValueError):
        return None


def _end_of_torn_line(descriptor: int) -> bytes:
    size = os.fstat(descriptor).st_size
    return b"\n" if size and os.pread(descriptor, 1, size - 1) != b"\n" else b""


def _sync_folder(directory: Path) -> None:
    folder = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
