"""Under which user of this machine the server runs.

PostgreSQL refuses to run as root, rightly. Making a user for it would change the machine, so a
server started by root borrows one that exists and can do nothing: `nobody` where there is one.
What it stores is out of reach for other processes of that user, since the folder above belongs
to root and lets nobody else pass.
"""

import os
import pwd
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from licorne.adapters.embedded_postgres.failure import EmbeddedPostgresError

_ROOT = 0
_PREFERRED = ("nobody", "daemon")


@dataclass(frozen=True, slots=True)
class ServerAccount:
    uid: int
    gid: int

    @property
    def is_another_user(self) -> bool:
        """Whether things have to be handed over to it."""
        return self.uid != os.geteuid()

    @property
    def has_a_name(self) -> bool:
        """Whether this machine knows more of it than its number (containers often don't)."""
        try:
            pwd.getpwuid(self.uid)
        except KeyError:
            return False
        return True

    def can_read(self, path: Path) -> bool:
        """Whether this account gets at `path`: judged by the mode bits of it and all above it."""
        real = path.resolve()
        if not all(self._may(above, 0o1) for above in real.parents):
            return False
        return self._may(real, 0o5 if real.is_dir() else 0o4)

    def can_read_once_there(self, file: Path) -> bool:
        """As `can_read`, when the folders above are known to let it pass."""
        return self._may(file, 0o4)

    def can_enter(self, directory: Path) -> bool:
        """Whether this account can pass through `directory` to something below that it knows."""
        real = directory.resolve()
        return all(self._may(place, 0o1) for place in (real, *real.parents))

    def _may(self, path: Path, wanted: int) -> bool:
        try:
            status = path.stat()
        except OSError:
            return False
        if status.st_uid == self.uid:
            granted = status.st_mode >> 6
        elif status.st_gid == self.gid:
            granted = status.st_mode >> 3
        else:
            granted = status.st_mode
        return granted & wanted == wanted


def choose_account(cluster_directory: Path) -> ServerAccount:
    """Ourselves; or for root, the user who owns the cluster already, else one that can do nothing.

    Errors: EmbeddedPostgresError when the data belongs to someone else, or no such user exists.
    """
    owner = _owner(cluster_directory)
    if os.geteuid() != _ROOT:
        if owner not in {None, os.geteuid()}:
            raise EmbeddedPostgresError(
                "The database's files belong to another user of this machine. Start the demo as "
                "that user, or choose another home with --home.",
                cause=f"{cluster_directory} is owned by uid {owner}",
            )
        return ServerAccount(os.geteuid(), os.getegid())
    for entry in _candidates(owner):
        if entry.pw_uid != _ROOT:
            return ServerAccount(entry.pw_uid, entry.pw_gid)
    raise EmbeddedPostgresError(
        "PostgreSQL does not run as root, and this machine has no other user. "
        "Start the demo as an ordinary user.",
        cause="no account with a uid other than 0",
    )


def _owner(path: Path) -> int | None:
    try:
        return path.lstat().st_uid
    except FileNotFoundError:
        return None


def _candidates(owner: int | None) -> Iterator[pwd.struct_passwd]:
    if owner:
        try:
            yield pwd.getpwuid(owner)
        except KeyError:
            # initdb looks its user up by name, but a server that is set up runs without one.
            yield pwd.struct_passwd(("", "", owner, owner, "", "/", ""))
    for name in _PREFERRED:
        try:
            yield pwd.getpwnam(name)
        except KeyError:
            continue
    yield from pwd.getpwall()
