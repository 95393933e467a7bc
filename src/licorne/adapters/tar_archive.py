"""Small files as members of a tar archive (POSIX.1-1988, ustar), one at a time, in memory."""

import re
import tarfile

from licorne.ports.file_set import FileSetDamaged

_BLOCK = 512
_LARGEST = 16 * 1024 * 1024  # bytes: these are small files
_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*){0,3}", re.ASCII)

END = bytes(2 * _BLOCK)


def packed_member(name: str, content: bytes) -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(content), 0o600
    return info.tobuf(tarfile.USTAR_FORMAT) + content + bytes(-len(content) % _BLOCK)


def first_member(held: bytearray) -> tuple[str, bytes, int] | None:
    """Give the first member's name, content and length; no name at the end, None for "more".

    Raises `FileSetDamaged`, also for a name that leads out of a folder.
    """
    if len(held) < _BLOCK:
        return None
    if not any(held[:_BLOCK]):
        return "", b"", _BLOCK
    try:
        info = tarfile.TarInfo.frombuf(bytes(held[:_BLOCK]), "ascii", "strict")
    except (tarfile.HeaderError, UnicodeDecodeError) as error:
        raise FileSetDamaged from error
    # Backups come from outside: no name may lead out of the folder.
    if not info.isreg() or not _NAME.fullmatch(info.name) or info.size > _LARGEST:
        raise FileSetDamaged
    end = _BLOCK + info.size
    used = end + -info.size % _BLOCK
    if len(held) < used:
        return None
    return info.name, bytes(held[_BLOCK:end]), used
