"""A short, private folder for the server's socket.

A socket's path holds 107 bytes (sockaddr_un, unix(7)) and a home can lie deeper than that. So the
socket lives in a folder of its own, made anew for each start under a name that nobody can foresee,
and closed to all but the server's account.
"""

import os
import shutil
import stat
import tempfile
from pathlib import Path

from licorne.adapters.embedded_postgres.account import ServerAccount
from licorne.adapters.embedded_postgres.failure import EmbeddedPostgresError
from licorne.adapters.embedded_postgres.files import ClusterFiles, read_note, write_note

_PATH_LIMIT = 107
_LONGEST_NAME = "/.s.PGSQL.65535"
_PREFIX = "licorne-pg-"


def make_socket_directory(files: ClusterFiles, account: ServerAccount) -> Path:
    """The folder, owned by `account`; noted in the home first, to be found after a crash.

    Errors: EmbeddedPostgresError when no place for temporary files will do.
    """
    tried = []
    for parent in _parents():
        if not (_is_safe(parent) and account.can_enter(parent)):
            tried.append(f"{parent}: missing, unsafe or closed to the server")
            continue
        try:
            place = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))
        except OSError as error:
            tried.append(f"{parent}: {error}")
            continue
        if len(os.fsencode(place)) + len(_LONGEST_NAME) > _PATH_LIMIT:
            place.rmdir()
            tried.append(f"{parent}: path too long")
            continue
        write_note(files.socket_note, str(place))
        if account.is_another_user:
            os.chown(place, account.uid, account.gid, follow_symlinks=False)
        return place
    raise EmbeddedPostgresError(
        "No place for the database's socket was found: neither /run nor /tmp can be used.",
        cause="; ".join(tried),
    )


def remove_socket_directory(files: ClusterFiles, place: Path) -> None:
    """After the server's end; the home may be gone already."""
    shutil.rmtree(place, ignore_errors=True)
    files.socket_note.unlink(missing_ok=True)


def remove_former_socket_directory(files: ClusterFiles) -> None:
    """Tidy up what a killed start left: only a folder that looks like one of ours.

    It is called while no server runs, and names are random, so nothing alive is removed.
    """
    note = read_note(files.socket_note)
    if note is None:
        return
    place = Path(note)
    if place.is_absolute() and place.name.startswith(_PREFIX) and _is_private(place):
        shutil.rmtree(place, ignore_errors=True)
    files.socket_note.unlink(missing_ok=True)


def _parents() -> list[Path]:
    of_this_session = os.environ.get("XDG_RUNTIME_DIR")
    places = [Path("/run")] if os.geteuid() == 0 else []
    if of_this_session and os.geteuid() != 0:
        places.append(Path(of_this_session))
    return [*places, Path("/tmp"), Path(tempfile.gettempdir())]  # noqa: S108  (mkdtemp below it)


def _is_safe(parent: Path) -> bool:
    """Nobody but root and us can swap what we make in it (the sticky bit guards /tmp)."""
    try:
        status = parent.stat()
    except OSError:
        return False
    shared = status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return (
        stat.S_ISDIR(status.st_mode)
        and status.st_uid in {0, os.geteuid()}
        and (not shared or bool(status.st_mode & stat.S_ISVTX))
    )


def _is_private(place: Path) -> bool:
    try:
        status = place.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(status.st_mode) and stat.S_IMODE(status.st_mode) == 0o700
