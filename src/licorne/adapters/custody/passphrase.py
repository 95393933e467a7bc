"""K0 out of a passphrase that somebody brings at every start: nothing on the disk opens anything.

K0 = Argon2id(passphrase, salt). The salt and the costs lie in a file, four lines of text:

    licorne passphrase 1
    # Of no use without the passphrase … (a sentence)
    costs MEMORY_KIB PASSES LANES
    salt 32 hexadecimal digits

The passphrase comes from a function, asked once; K0 then stays in this process and in those that it
forks. Whether it is right shows at the first wrap.
"""

import os
import unicodedata
from collections.abc import Callable
from pathlib import Path

from argon2.low_level import Type, hash_secret_raw

from licorne.adapters.custody import wrapping
from licorne.adapters.durable_files import sync_directory
from licorne.domain.sealing.password_parameters import PasswordCosts
from licorne.ports.key_custody import KeyUnavailable
from licorne.ports.randomness import Randomness
from licorne.vault.derivation import KEY_BYTES

_FIRST_LINE = "licorne passphrase 1"
_WORDS = (
    "# Of no use without the passphrase, and the passphrase is of no use without it: back it up\n"
    "# with the settings. Never change it."
)
# Once at a start, so it may take a while: about a second, and 128 MiB.
COSTS = PasswordCosts(memory_kib=128 * 1024, passes=6)
_SALT_BYTES = 16
SHORTEST = 20  # characters: whoever takes disk and database can guess for as long as they like

_OPENED: dict[Path, bytes] = {}  # K0 by its file, for this process and its children


class PassphraseCustody:
    def __init__(self, path: Path, ask: Callable[[], str | None], randomness: Randomness) -> None:
        """``ask`` gives the passphrase, or nothing while there is none to be had."""
        self._path = path
        self._ask = ask
        self._randomness = randomness

    @classmethod
    def create(
        cls,
        path: Path,
        ask: Callable[[], str | None],
        randomness: Randomness,
        costs: PasswordCosts = COSTS,
    ) -> "PassphraseCustody":
        """Make the file, durable, 0600. Raises ``FileExistsError``: it never replaces one."""
        salt = randomness.bytes(_SALT_BYTES).hex()
        cost_line = f"costs {costs.memory_kib} {costs.passes} {costs.lanes}"
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(f"{_FIRST_LINE}\n{_WORDS}\n{cost_line}\nsalt {salt}\n")
            file.flush()
            os.fsync(file.fileno())
        sync_directory(path.parent)
        return cls(path, ask, randomness)

    async def wrap(self, name: str, plaintext: bytes) -> bytes:
        return wrapping.wrap(self._key(), name, plaintext, self._randomness)

    async def unwrap(self, name: str, wrapped: bytes) -> bytes:
        key = self._key()
        if not wrapping.is_wrapped_by(key, wrapped):
            _OPENED.pop(self._path, None)  # ask again
            raise KeyUnavailable(
                "The passphrase isn't this installation's. Type it again, or put the right one"
                " where it is read from.",
                f"subkey {name} was wrapped under another passphrase",
            )
        return wrapping.unwrap(key, name, wrapped)

    def _key(self) -> bytes:
        known = _OPENED.get(self._path)
        if known is not None:
            return known
        costs, salt = self._read()
        passphrase = self._ask()
        if not passphrase:
            raise KeyUnavailable(
                "The passphrase is missing. Licorne serves nothing without it: start it from a"
                " terminal, or hand it over as docs/operations/keys.md says.",
                "no passphrase at hand",
            )
        key = hash_secret_raw(
            secret=unicodedata.normalize("NFKC", passphrase).encode("utf-8", "surrogatepass"),
            salt=salt,
            time_cost=costs.passes,
            memory_cost=costs.memory_kib,
            parallelism=costs.lanes,
            hash_len=KEY_BYTES,
            type=Type.ID,
        )
        _OPENED[self._path] = key
        return key

    def _read(self) -> tuple[PasswordCosts, bytes]:
        try:
            lines = self._path.read_text(encoding="ascii").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise KeyUnavailable(
                f"The file {self._path} can't be read. The passphrase is of no use without it:"
                " copy it back from its safe place.",
                "passphrase file missing or unreadable",
            ) from error
        if lines[:1] != [_FIRST_LINE]:
            raise self._damaged()
        values = dict(line.split(" ", 1) for line in lines if line.startswith(("costs ", "salt ")))
        try:
            memory, passes, lanes = map(int, values["costs"].split())
            salt = bytes.fromhex(values["salt"])
            return PasswordCosts(memory, passes, lanes), salt
        except (KeyError, ValueError) as error:
            raise self._damaged() from error

    def _damaged(self) -> KeyUnavailable:
        return KeyUnavailable(
            f"The file {self._path} is damaged. Copy it back from its safe place.",
            "passphrase file damaged",
        )
