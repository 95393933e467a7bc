"""Blobs in an S3-compatible store, for installations on more than one machine.

An object is there whole or not at all, and durable when the store has answered. The bucket's
versioning must be off: what is deleted here should be gone (it is sealed, and its slot destroyed,
in any case). Layout: ``<prefix>/ab/abcdef…``.
"""

import re
from collections.abc import AsyncIterable, AsyncIterator

import obstore

from licorne.adapters.object_storage import (
    FAULTS,
    ObjectStorage,
    is_there,
    list_paths,
    open_bucket,
    put_stream,
    read_stream,
)
from licorne.ports.blob_store import BlobMissing, BlobStoreAway

_NAME = re.compile(r"[0-9a-f]{32}", re.ASCII)


class ObjectBlobStore:
    def __init__(self, storage: ObjectStorage) -> None:
        self._bucket = open_bucket(storage)

    async def put(self, name: str, chunks: AsyncIterable[bytes]) -> int:
        path = _path(name)
        brought = _Brought(chunks)
        try:
            there = await is_there(self._bucket, path)
            size = 0 if there else await put_stream(self._bucket, path, brought)
        except FAULTS as error:
            if brought.failed:
                raise
            raise BlobStoreAway from error
        if there:
            raise FileExistsError(name)
        return size

    async def read(self, name: str) -> AsyncIterator[bytes]:
        try:
            async for chunk in read_stream(self._bucket, _path(name)):
                yield chunk
        except FileNotFoundError as error:
            raise BlobMissing from error
        except FAULTS as error:
            raise BlobStoreAway from error

    async def delete(self, name: str) -> None:
        try:
            await obstore.delete_async(self._bucket, _path(name))
        except FileNotFoundError:
            return
        except FAULTS as error:
            raise BlobStoreAway from error

    async def exists(self, name: str) -> bool:
        try:
            return await is_there(self._bucket, _path(name))
        except FAULTS as error:
            raise BlobStoreAway from error

    async def names(self) -> AsyncIterator[str]:
        try:
            async for path in list_paths(self._bucket, ""):
                name = path.rpartition("/")[2]
                if _NAME.fullmatch(name):
                    yield name
        except FAULTS as error:
            raise BlobStoreAway from error


class _Brought:
    """The sender's bytes; remembers whether it was the sender who failed."""

    def __init__(self, chunks: AsyncIterable[bytes]) -> None:
        self._chunks = chunks
        self.failed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for chunk in self._chunks:
                yield chunk
        except BaseException:
            self.failed = True
            raise


def _path(name: str) -> str:
    # Names come from rows: a changed row must not lead out of the store.
    if not _NAME.fullmatch(name):
        raise ValueError("a blob's name is 32 hexadecimal digits")
    return f"{name[:2]}/{name}"
