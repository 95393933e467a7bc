"""What a backup is made of: pieces with their checksums, and the manifest that names them.

The manifest is written last, so a backup that has one is whole. It holds no key and nothing of a
person. Format 1:

    backup.json                       which installation's backups these are
    database/STAMP.dump               pg_dump, custom format
    blobs/ab/NAME                     each sealed blob once, whichever backup brought it
    indexes/STAMP.jsonl               the blobs of this backup, one a line
    slots/STAMP.tar                   the shred slots; removed after days
    audit-heads/STAMP.tar             the signed heads of the audit chains
    manifests/STAMP.json
"""

import hashlib
import json
from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

FORMAT = 1
IDENTITY = "backup.json"
MANIFESTS = "manifests/"
SLOTS = "slots/"
_STAMP = "%Y%m%dT%H%M%SZ"


class BackupUnusable(Exception):
    """A backup can't be made here, or can't be restored; ``sentence`` is for the operator."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Piece:
    name: str
    size: int  # bytes
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """``schema`` is the database's revision; ``licorne`` the release that made the backup."""

    installation: UUID
    at: datetime
    licorne: str
    schema: str
    database: Piece
    blobs: Piece  # the index
    blob_count: int
    slots: Piece
    audit_heads: Piece

    @property
    def stamp(self) -> str:
        return stamp_of(self.at)

    @property
    def name(self) -> str:
        return f"{MANIFESTS}{self.stamp}.json"


def stamp_of(at: datetime) -> str:
    return at.astimezone(UTC).strftime(_STAMP)


def time_of(name: str) -> datetime | None:
    """Read the time out of a piece's name; nothing where the name has none."""
    try:
        stamp = name.rpartition("/")[2].partition(".")[0]
        return datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None


def encode(manifest: Manifest) -> bytes:
    told: dict[str, Any] = {"format": FORMAT, **asdict(manifest)}
    told["installation"], told["at"] = str(manifest.installation), manifest.at.isoformat()
    return json.dumps(told, indent=1).encode() + b"\n"


def decode(content: bytes) -> Manifest:
    """Read a manifest. Raises `BackupUnusable`."""
    try:
        told = json.loads(content)
        if told.pop("format") != FORMAT:
            raise BackupUnusable("This backup was made by a newer Licorne. Restore it with that.")
        pieces = {key: Piece(**told[key]) for key in ("database", "blobs", "slots", "audit_heads")}
        read = {"installation": UUID(told["installation"]), **pieces}
        return Manifest(**told | read | {"at": datetime.fromisoformat(told["at"])})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BackupUnusable("A manifest of this backup store is damaged.") from error


class Measured:
    """A stream that is counted and hashed as it passes."""

    def __init__(self, chunks: AsyncIterable[bytes]) -> None:
        self._chunks = chunks
        self._hash = hashlib.sha256()
        self._size = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._chunks:
            self._hash.update(chunk)
            self._size += len(chunk)
            yield chunk

    def piece(self, name: str) -> Piece:
        return Piece(name, self._size, self._hash.hexdigest())


async def one_chunk(content: bytes) -> AsyncIterator[bytes]:
    yield content


async def whole(chunks: AsyncIterable[bytes]) -> bytes:
    return b"".join([chunk async for chunk in chunks])
