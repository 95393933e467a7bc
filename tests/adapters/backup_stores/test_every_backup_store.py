"""What every place for backups holds: pieces whole or not at all, and never written over."""

import os
import time
from collections.abc import AsyncIterator, Iterable
from pathlib import Path

import pytest
from tests.support.object_server import ObjectServer

from licorne.adapters.backup_stores.directory import DirectoryBackupStore
from licorne.adapters.backup_stores.object_store import ObjectBackupStore
from licorne.ports.backup_store import BackupStore, BackupStoreFailed, PieceMissing


@pytest.fixture(params=["directory", "object_store"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> BackupStore:
    if request.param == "directory":
        return DirectoryBackupStore(tmp_path)
    server: ObjectServer = request.getfixturevalue("object_server")
    return ObjectBackupStore(server.may_do_all(server.bucket(), "practice/one"))


async def chunks(pieces: Iterable[bytes]) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


async def whole(store: BackupStore, name: str) -> bytes:
    return b"".join([chunk async for chunk in store.read(name)])


@pytest.mark.parametrize("size", [0, 1, 12 * 1024 * 1024 + 17])
async def test_a_piece_of_any_size_comes_back(store: BackupStore, size: int):
    content = os.urandom(size)
    pieces = [content[at : at + 700_001] for at in range(0, size, 700_001)]
    await store.put("database/20261124T023000Z.dump", chunks(pieces))
    assert await whole(store, "database/20261124T023000Z.dump") == content


async def test_a_piece_is_never_written_over(store: BackupStore):
    await store.put("slots/1.tar", chunks([b"first"]))
    with pytest.raises(FileExistsError):
        await store.put("slots/1.tar", chunks([b"second"]))
    assert await whole(store, "slots/1.tar") == b"first"


async def test_pieces_are_named_below_their_prefix_only(store: BackupStore):
    for name in ("backup.json", "slots/1.tar", "manifests/1.json", "manifests/2.json"):
        await store.put(name, chunks([b"x"]))
    assert sorted([name async for name in store.names("manifests/")]) == [
        "manifests/1.json",
        "manifests/2.json",
    ]
    assert [name async for name in store.names("indexes/")] == []


async def test_what_fails_half_way_leaves_no_piece(store: BackupStore):
    class Broken(Exception):
        pass

    async def failing() -> AsyncIterator[bytes]:
        yield bytes(12 * 1024 * 1024)
        raise Broken

    with pytest.raises(Broken):
        await store.put("database/1.dump", failing())
    assert [name async for name in store.names("database/")] == []
    with pytest.raises(PieceMissing):
        await whole(store, "database/1.dump")


async def test_a_removed_piece_is_gone(store: BackupStore):
    await store.put("slots/1.tar", chunks([b"x"]))
    assert await store.remove("slots/1.tar")
    with pytest.raises(PieceMissing):
        await whole(store, "slots/1.tar")


async def test_threat_35_the_services_credential_adds_reads_and_cannot_delete(
    object_server: ObjectServer,
):
    bucket = object_server.bucket()
    store = ObjectBackupStore(object_server.may_add_only(bucket))
    await store.put("database/1.dump", chunks([bytes(12 * 1024 * 1024)]))
    await store.put("slots/1.tar", chunks([b"slots"]))
    assert await whole(store, "slots/1.tar") == b"slots"
    assert not await store.remove("slots/1.tar")
    assert sorted(object_server.objects(bucket)) == ["database/1.dump", "slots/1.tar"]


async def test_a_store_that_is_away_or_refuses_says_what_to_do(
    object_server: ObjectServer, tmp_path: Path
):
    storage = object_server.may_add_only(object_server.bucket())
    elsewhere = ObjectBackupStore(
        type(storage)("nobodys-bucket", "", storage.endpoint, storage.region, "x", "y")
    )
    with pytest.raises(BackupStoreFailed, match="credentials"):
        await elsewhere.put("slots/1.tar", chunks([b"x"]))
    with pytest.raises(BackupStoreFailed, match="Mount it"):
        DirectoryBackupStore(tmp_path / "not mounted")


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "a/../b", "", "a//b", "a/.b"])
async def test_no_name_leads_out_of_the_directory(tmp_path: Path, name: str):
    with pytest.raises(ValueError, match="no name"):
        await DirectoryBackupStore(tmp_path).put(name, chunks([b"x"]))


async def test_what_a_killed_backup_left_a_day_ago_is_removed_and_what_is_being_written_stays(
    tmp_path: Path,
):
    store = DirectoryBackupStore(tmp_path)
    await store.put("database/1.dump", chunks([b"x"]))
    old, new = tmp_path / "database" / ".old", tmp_path / "database" / ".new"
    old.touch()
    new.touch()
    yesterday = time.time() - 25 * 3600
    os.utime(old, (yesterday, yesterday))
    await store.put("database/2.dump", chunks([b"x"]))
    assert (old.exists(), new.exists()) == (False, True)
    assert sorted([name async for name in store.names("database/")]) == [
        "database/1.dump",
        "database/2.dump",
    ]
