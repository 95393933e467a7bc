"""Backups in an S3-compatible store, with credentials that may add and not delete (threat 35).

The policy that the operations guide gives lets the service put, get and list. That what is there
can't be written over either is the store's part: versioning or object lock on the bucket.
"""

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
from licorne.ports.backup_store import BackupStoreFailed, PieceMissing


class ObjectBackupStore:
    def __init__(self, storage: ObjectStorage) -> None:
        self._storage = storage
        self._bucket = open_bucket(storage)

    @property
    def place(self) -> str:
        return f"s3://{self._storage.bucket}/{self._storage.prefix}"

    async def put(self, name: str, chunks: AsyncIterable[bytes]) -> None:
        try:
            there = await is_there(self._bucket, name)
            if not there:
                await put_stream(self._bucket, name, chunks)
        except FAULTS as error:
            raise self._failed(error) from error
        if there:
            raise FileExistsError(name)

    async def read(self, name: str) -> AsyncIterator[bytes]:
        try:
            async for chunk in read_stream(self._bucket, name):
                yield chunk
        except FileNotFoundError as error:
            raise PieceMissing(name) from error
        except FAULTS as error:
            raise self._failed(error) from error

    async def names(self, prefix: str) -> AsyncIterator[str]:
        try:
            async for path in list_paths(self._bucket, prefix):
                yield path
        except FAULTS as error:
            raise self._failed(error) from error

    async def remove(self, name: str) -> bool:
        try:
            await obstore.delete_async(self._bucket, name)
        except FAULTS:
            return False
        return True

    def _failed(self, error: Exception) -> BackupStoreFailed:
        return BackupStoreFailed(
            f"The backup store {self.place} can't be used ({type(error).__name__}). Check its"
            " address, its credentials and that they may put, get and list.",
            cause=type(error).__name__,
        )
