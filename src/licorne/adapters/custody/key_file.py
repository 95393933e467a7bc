"""K0 in a file: for one machine, a demo, or a secret that an orchestrator mounts.

Four lines of text, so that a person who finds it knows what it is, and a damaged copy is told
from a whole one:

    licorne unseal key 1
    # Whoever has … (a sentence of warning)
    key 64 hexadecimal digits
    check the first 8 digits of the key's SHA-256 under its own label

The file is read when a subkey is wrapped or unwrapped (at start, at rotation) and K0 isn't kept.
"""

import contextlib
import hashlib
import os
import stat
from pathlib import Path

from licorne.adapters.custody import wrapping
from licorne.adapters.durable_files import sync_directory
from licorne.domain.sealing.encoding import encode
from licorne.ports.key_custody import KeyUnavailable
from licorne.ports.randomness import Randomness
from licorne.vault.derivation import KEY_BYTES

_FIRST_LINE = "licorne unseal key 1"
_WARNING = (
    "# Keep a copy apart from the backups of the database. Without it nothing can be opened;\n"
    "# with it and the database, waiting messages and personal data can be read."
)
_CHECK_DIGITS = 8
_LONGEST_FILE = 4096


class KeyFileCustody:
    def __init__(self, path: Path, randomness: Randomness) -> None:
        self._path = path
        self._randomness = randomness

    @classmethod
    def create(cls, path: Path, randomness: Randomness) -> "KeyFileCustody":
        """Make a new key file, durable, 0600. Raises ``FileExistsError``: it never replaces one."""
        _write(path, randomness.bytes(KEY_BYTES))
        return cls(path, randomness)

    @classmethod
    def enter(cls, path: Path, digits: str, check: str) -> None:
        """Make the file anew from a printed sheet. Raises as `create`, and `KeyUnavailable`."""
        try:
            key = bytes.fromhex(digits)
        except ValueError:
            key = b""
        if len(key) != KEY_BYTES or check != _check_digits(key):
            raise KeyUnavailable(
                "The digits and the check don't fit together. Compare each group with the sheet.",
                "printed unseal key mistyped",
            )
        _write(path, key)

    @staticmethod
    def digits(path: Path) -> tuple[str, str]:
        """Give the key and its check for a sheet of paper. Raises `KeyUnavailable`."""
        key = _read(path)
        return key.hex(), _check_digits(key)

    def _key_of(self, wrapped: bytes) -> bytes:
        """Read the key that made a wrap: the usual one, one that takes its place, an earlier one.

        An earlier one beside it opens what an earlier backup brings.
        """
        others = [self._path.with_name(f"{self._path.name}.new")]
        others += sorted(self._path.parent.glob(f"{self._path.stem}-until-*{self._path.suffix}"))
        for other in others:
            with contextlib.suppress(KeyUnavailable):
                key = _read(other)
                if wrapping.is_wrapped_by(key, wrapped):
                    return key
        return _read(self._path)

    async def wrap(self, name: str, plaintext: bytes) -> bytes:
        return wrapping.wrap(_read(self._path), name, plaintext, self._randomness)

    async def unwrap(self, name: str, wrapped: bytes) -> bytes:
        key = self._key_of(wrapped)
        if not wrapping.is_wrapped_by(key, wrapped):
            raise KeyUnavailable(
                f"The key file {self._path} belongs to another installation than this database. "
                "Put the right one in its place.",
                f"subkey {name} was wrapped by another unseal key",
            )
        return wrapping.unwrap(key, name, wrapped)


def read_digits(typed: str) -> str:
    """Read digits as somebody typed them: spaces, line breaks and case don't matter."""
    return "".join(typed.lower().split())


def _write(path: Path, key: bytes) -> None:
    text = f"{_FIRST_LINE}\n{_WARNING}\nkey {key.hex()}\ncheck {_check_digits(key)}\n"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    sync_directory(path.parent)


def _read(path: Path) -> bytes:
    try:
        handle = os.open(path, os.O_RDONLY)
    except FileNotFoundError as error:
        raise KeyUnavailable(
            f"The key file {path} is not there. Licorne serves nothing without it: "
            "mount it or copy it back from its safe place.",
            "unseal key file missing",
        ) from error
    except OSError as error:
        raise KeyUnavailable(
            f"The key file {path} can't be opened. It must belong to the user that "
            "Licorne runs as.",
            f"unseal key file: {error.strerror}",
        ) from error
    try:
        _check_owner(path, os.fstat(handle))
        return _parse(path, os.read(handle, _LONGEST_FILE))
    finally:
        os.close(handle)


def _check_owner(path: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode) or status.st_uid not in {os.geteuid(), 0}:
        raise KeyUnavailable(
            f"The key file {path} must be a file of the user that Licorne runs as.",
            f"unseal key file belongs to user {status.st_uid}",
        )
    if stat.S_IMODE(status.st_mode) & 0o077:
        raise KeyUnavailable(
            f"Others can read the key file {path}. Run: chmod 600 {path}",
            f"unseal key file has mode {stat.S_IMODE(status.st_mode):o}",
        )


def _parse(path: Path, content: bytes) -> bytes:
    lines = content.decode("ascii", "replace").splitlines()
    values = dict(line.split(maxsplit=1) for line in lines if line.startswith(("key ", "check ")))
    try:
        key = bytes.fromhex(values["key"])
    except (KeyError, ValueError):
        key = b""
    whole = len(key) == KEY_BYTES and values.get("check") == _check_digits(key)
    if not whole or lines[0] != _FIRST_LINE:
        raise KeyUnavailable(
            f"The file {path} is no whole Licorne key. Copy it again from its safe place.",
            "unseal key file damaged",
        )
    return key


def _check_digits(key: bytes) -> str:
    return hashlib.sha256(encode("unseal-key-check", (key,))).hexdigest()[:_CHECK_DIGITS]
