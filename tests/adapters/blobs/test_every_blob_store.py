"""What every blob store holds, on disk or in an S3-compatible store: one suite over both."""

import asyncio
import os
import tracemalloc
from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.support.object_server import ObjectServer

from licorne.adapters.blobs.disk import DiskBlobStore
from licorne.adapters.blobs.object_store import ObjectBlobStore
from licorne.ports.blob_store import BlobMissing, BlobStore, BlobStoreAway, BlobStoreFull

NAME = "0123456789abcdef0123456789abcdef"


@pytest.fixture(params=["disk", "object_store"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    if request.param == "disk":
        return DiskBlobStore(tmp_path)
    server: ObjectServer = request.getfixturevalue("object_server")
    return ObjectBlobStore(server.may_do_all(server.bucket(), "blobs"))


async def chunks_of(chunks: Iterable[bytes]) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


async def whole(store: BlobStore, name: str = NAME) -> bytes:
    return b"".join([chunk async for chunk in store.read(name)])


@pytest.mark.parametrize("size", [0, 1, 1024 * 1024, 6 * 1024 * 1024 + 17])
async def test_a_blob_of_any_size_comes_back(store: BlobStore, size: int):
    content = os.urandom(size)
    pieces = [content[at : at + 99_991] for at in range(0, size, 99_991)]
    assert await store.put(NAME, chunks_of(pieces)) == size
    assert await whole(store) == content
    assert await store.exists(NAME)
    assert [name async for name in store.names()] == [NAME]


async def test_a_deleted_blob_is_gone_and_deleting_again_does_no_harm(store: BlobStore):
    await store.put(NAME, chunks_of([b"x"]))
    await store.delete(NAME)
    await store.delete(NAME)
    assert not await store.exists(NAME)
    assert [name async for name in store.names()] == []
    with pytest.raises(BlobMissing):
        await whole(store)


async def test_a_name_in_use_is_never_written_over(store: BlobStore):
    await store.put(NAME, chunks_of([b"first"]))
    with pytest.raises(FileExistsError):
        await store.put(NAME, chunks_of([b"second"]))
    assert await whole(store) == b"first"


@pytest.mark.parametrize(
    "name", ["", "..", "../../../etc/passwd", NAME + "\n", NAME.upper(), NAME[:-1], "/" + NAME[1:]]
)
async def test_threat_10_a_name_from_a_changed_row_does_not_lead_out_of_the_store(
    store: BlobStore, name: str
):
    with pytest.raises(ValueError, match="32 hexadecimal"):
        await store.put(name, chunks_of([b"x"]))
    with pytest.raises(ValueError, match="32 hexadecimal"):
        await whole(store, name)
    with pytest.raises(ValueError, match="32 hexadecimal"):
        await store.delete(name)


async def test_a_sender_that_fails_half_way_leaves_nothing_under_the_name(store: BlobStore):
    async def failing() -> AsyncIterator[bytes]:
        yield bytes(6 * 1024 * 1024)
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await store.put(NAME, failing())
    assert not await store.exists(NAME)


async def test_a_sender_that_is_cancelled_half_way_leaves_nothing_under_the_name(store: BlobStore):
    started = asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield bytes(1024 * 1024)
            started.set()
            await asyncio.sleep(0.01)

    task = asyncio.ensure_future(store.put(NAME, endless()))
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not await store.exists(NAME)


async def test_fifty_megabytes_pass_in_constant_memory(store: BlobStore):
    async def plain() -> AsyncIterator[bytes]:
        for _ in range(800):
            yield bytes(65_552)

    tracemalloc.start()
    try:
        assert await store.put(NAME, plain()) == 800 * 65_552
        size = 0
        async for chunk in store.read(NAME):
            size += len(chunk)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert size == 800 * 65_552
    assert peak < 16 * 1024 * 1024


async def test_a_store_that_is_away_asks_to_try_again_later(object_server: ObjectServer):
    storage = object_server.may_do_all(object_server.bucket())
    store = ObjectBlobStore(replace(storage, secret_access_key="not ours", access_key_id="nobody"))
    with pytest.raises(BlobStoreFull):
        await store.put(NAME, chunks_of([b"x"]))
    with pytest.raises(BlobStoreAway):
        await whole(store)
