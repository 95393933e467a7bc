"""Binaries that the server's account can run, when those of the wheel are out of its reach.

A virtual environment below /root is closed to everyone else, and opening it up would change what
isn't ours. So root keeps one copy where cached things belong, readable for all and writable for
nobody but root, named by version and checksum: another wheel gets another copy.
"""

import hashlib
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from licorne.adapters.embedded_postgres.account import ServerAccount
from licorne.adapters.embedded_postgres.failure import EmbeddedPostgresError
from licorne.adapters.embedded_postgres.programs import (
    MAJOR_VERSION,
    NEEDED_TO_SERVE,
    PostgresPrograms,
)

CACHE = Path("/var/cache/licorne")
_BUILD_FILES = ("pgxs", "bitcode", "pkgconfig")  # for compiling extensions; no server reads them


def programs_within_reach(
    programs: PostgresPrograms, account: ServerAccount, *, cache: Path = CACHE
) -> PostgresPrograms:
    """The same programs if `account` can read them, else a copy that it can read.

    Errors: EmbeddedPostgresError when a copy is needed and `cache` can't hold it safely.
    """
    if not account.is_another_user or _all_readable(programs, account):
        return programs
    try:
        return PostgresPrograms(_copy_in(cache, programs.root))
    except OSError as error:
        raise EmbeddedPostgresError(
            f"The database's programs could not be copied to {cache}, where the user that runs "
            "them can read them. Start the demo as an ordinary user.",
            cause=str(error),
        ) from error


def _all_readable(programs: PostgresPrograms, account: ServerAccount) -> bool:
    files = list(_files(programs.root))
    folders = {file.parent for file in files}
    return all(account.can_read(folder) for folder in folders) and all(
        account.can_read_once_there(file) for file in files
    )


def _copy_in(cache: Path, source: Path) -> Path:
    _own_directory(cache)
    checksum = _checksum(source)
    copy = cache / f"postgresql-{MAJOR_VERSION}-{checksum[:16]}"
    if copy.is_dir() and _is_ours_alone(copy) and _checksum(copy) == checksum:
        return copy
    fresh = Path(tempfile.mkdtemp(prefix=".copying-", dir=cache))
    try:
        _fill(fresh, source)
        if copy.exists():  # damaged, or completed by another start just now: ours is as good
            shutil.rmtree(copy)
        fresh.rename(copy)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return copy


def _own_directory(cache: Path) -> None:
    try:
        cache.mkdir(parents=True)
    except FileExistsError:
        if not _is_ours_alone(cache):
            raise PermissionError(f"{cache} can be changed by others") from None
    else:
        cache.chmod(0o755)  # whatever the umask said: this one is ours, made a moment ago


def _is_ours_alone(directory: Path) -> bool:
    status = directory.lstat()
    return (
        stat.S_ISDIR(status.st_mode)
        and status.st_uid == os.geteuid()
        and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    )


def _fill(target: Path, source: Path) -> None:
    target.chmod(0o755)
    for file in _files(source):
        place = target / file.relative_to(source)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, place)
        place.chmod(0o755 if file.stat().st_mode & stat.S_IXUSR else 0o644)
    for directory in (place for place in target.rglob("*") if place.is_dir()):
        directory.chmod(0o755)


def _checksum(root: Path) -> str:
    digest = hashlib.sha256()
    for file in _files(root):
        digest.update(f"{file.relative_to(root)}\0".encode())
        with file.open("rb") as content:
            digest.update(hashlib.file_digest(content, "sha256").digest())
    return digest.hexdigest()


def _files(root: Path) -> Iterator[Path]:
    for needed in NEEDED_TO_SERVE:
        place = root / needed
        if place.is_file():
            yield place
            continue
        for file in sorted(place.rglob("*")):
            if file.is_file() and not set(file.relative_to(place).parts) & set(_BUILD_FILES):
                yield file
