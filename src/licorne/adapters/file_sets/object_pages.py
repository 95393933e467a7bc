"""The pages of a shared slot store as a tar archive, the same as of one on disk.

So a backup of one can be restored into the other.
"""

from collections.abc import AsyncIterable, AsyncIterator

import obstore

from licorne.adapters.object_storage import (
    FAULTS,
    ObjectStorage,
    list_paths,
    open_bucket,
    put_new,
)
from licorne.adapters.tar_archive import END, first_member, packed_member
from licorne.ports.backup_store import BackupStoreFailed
from licorne.ports.file_set import FileSetDamaged

_SUFFIX = ".page"


class TarredObjects:
    def __init__(self, storage: ObjectStorage) -> None:
        self._bucket = open_bucket(storage)

    async def pack(self) -> AsyncIterator[bytes]:
        try:
            async for path in list_paths(self._bucket, ""):
                if path.endswith(_SUFFIX):
                    found = await obstore.get_async(self._bucket, path)
                    yield packed_member(path, bytes(await found.bytes_async()))
        except FAULTS as error:
            raise _failed() from error
        yield END

    async def unpack(self, chunks: AsyncIterable[bytes]) -> int:
        count, held, ended = 0, bytearray(), False
        async for chunk in chunks:
            held += chunk
            while not ended and (member := first_member(held)):
                name, content, used = member
                ended = not name
                if name.endswith(_SUFFIX):
                    await self._put(name, content)
                    count += 1
                del held[:used]
        if not ended:
            raise FileSetDamaged
        return count

    async def _put(self, name: str, content: bytes) -> None:
        try:
            await put_new(self._bucket, name, content)
        except FileExistsError:
            return  # a store that outlived the machine knows better what has ended since
        except FAULTS as error:
            raise _failed() from error


def _failed() -> BackupStoreFailed:
    return BackupStoreFailed("The slot store can't be used. Check [slots] and its credentials.")
