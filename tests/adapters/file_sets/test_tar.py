"""Folders as tar archives: whole, private, and never out of their folder."""

import io
import stat
import tarfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from licorne.adapters.file_sets.tar import TarredFolder
from licorne.ports.file_set import FileSetDamaged


async def packed(folder: Path) -> bytes:
    return b"".join([chunk async for chunk in TarredFolder(folder).pack()])


async def pieces(content: bytes, size: int = 700) -> AsyncIterator[bytes]:
    for at in range(0, len(content), size):
        yield content[at : at + size]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "folder"
    (folder / "ab").mkdir(parents=True)
    for number in range(300):
        (folder / "ab" / f"ab{number:030}.page").write_bytes(bytes([number % 256]) * 4096)
    (folder / "empty.jsonl").write_bytes(b"")
    (folder / ".draft").write_bytes(b"not whole yet")
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }


async def test_a_folder_comes_back_as_it_was_and_for_its_owner_only(folder: Path, tmp_path: Path):
    back = tmp_path / "back"
    assert await TarredFolder(back).unpack(pieces(await packed(folder))) == 301
    assert contents(back) == contents(folder)
    assert stat.S_IMODE((back / "ab").stat().st_mode) == 0o700
    assert stat.S_IMODE((back / "empty.jsonl").stat().st_mode) == 0o600


async def test_any_tar_program_can_open_it(folder: Path):
    with tarfile.open(fileobj=io.BytesIO(await packed(folder))) as opened:
        assert len(opened.getnames()) == 301


@pytest.mark.parametrize("name", ["../out", "/out", "ab/../../out", "ab/.hidden", "a\nb"])
async def test_a_name_that_leads_out_of_the_folder_is_refused(tmp_path: Path, name: str):
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        info = tarfile.TarInfo(name)
        info.size = 1
        archive.addfile(info, io.BytesIO(b"x"))
    with pytest.raises(FileSetDamaged):
        await TarredFolder(tmp_path / "back").unpack(pieces(made.getvalue()))
    assert not (tmp_path / "out").exists()


async def test_a_link_is_refused(tmp_path: Path):
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        info = tarfile.TarInfo("link")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(info)
    with pytest.raises(FileSetDamaged):
        await TarredFolder(tmp_path / "back").unpack(pieces(made.getvalue()))


async def test_an_archive_that_is_cut_off_is_refused(folder: Path, tmp_path: Path):
    cut = (await packed(folder))[:-3000]
    with pytest.raises(FileSetDamaged):
        await TarredFolder(tmp_path / "back").unpack(pieces(cut))
