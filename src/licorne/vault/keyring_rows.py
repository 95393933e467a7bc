"""The keyring's rows: made once, opened at every start, rotated one by one."""

from collections.abc import Sequence
from datetime import datetime

from licorne.domain.sealing.records import InstallationKeyName, InstallationKeyRow
from licorne.ports.key_custody import KeyCustody, KeyUnavailable
from licorne.ports.randomness import Randomness
from licorne.vault.derivation import KEY_BYTES
from licorne.vault.keyring import Keyring


async def make_keyring_rows(
    custody: KeyCustody, randomness: Randomness
) -> tuple[InstallationKeyRow, ...]:
    """Make the first version of every subkey, each random, for a new installation."""
    return tuple(
        [await make_key_version(custody, randomness, name, 1) for name in InstallationKeyName]
    )


async def make_key_version(
    custody: KeyCustody,
    randomness: Randomness,
    name: InstallationKeyName,
    version: int,
    in_use_at: datetime | None = None,
) -> InstallationKeyRow:
    """Make one more version of one subkey; it is in use once a keyring is opened with it."""
    wrapped = await custody.wrap(_wrap_name(name, version), randomness.bytes(KEY_BYTES))
    return InstallationKeyRow(name, version, wrapped, in_use_at)


async def rewrap_keyring_rows(
    old: KeyCustody, new: KeyCustody, rows: Sequence[InstallationKeyRow]
) -> tuple[InstallationKeyRow, ...]:
    """Move every subkey to another K0 or another custody; nothing sealed has to change."""
    moved = []
    for row in rows:
        name = _wrap_name(row.name, row.version)
        secret = await old.unwrap(name, row.wrapped)
        wrapped = await new.wrap(name, secret)
        moved.append(InstallationKeyRow(row.name, row.version, wrapped, row.in_use_at))
    return tuple(moved)


async def follow_keyring(
    custody: KeyCustody, rows: Sequence[InstallationKeyRow], keyring: Keyring, now: datetime
) -> None:
    """Bring an open keyring up to its rows: meet new versions, use those whose time has come.

    Raises `KeyUnavailable` while custody is away: what is open stays open.
    """
    known = keyring.known()
    for row in rows:
        if (row.name, row.version) not in known:
            secret = await custody.unwrap(_wrap_name(row.name, row.version), row.wrapped)
            keyring.meet(row.name, row.version, secret)
    for name, version in in_use(rows, now).items():
        if keyring.current_version(name) != version:
            keyring.use(name, version)
    for name, version in known - {(row.name, row.version) for row in rows}:
        keyring.forget(name, version)


def in_use(rows: Sequence[InstallationKeyRow], now: datetime) -> dict[InstallationKeyName, int]:
    """Say which version of each subkey seals at a time."""
    found: dict[InstallationKeyName, int] = {}
    for row in rows:
        first = row.version == 1  # of a new installation; its clock doesn't matter
        if first or row.in_use_at is None or row.in_use_at <= now:
            found[row.name] = max(found.get(row.name, 0), row.version)
    return found


async def open_keyring(
    custody: KeyCustody,
    rows: Sequence[InstallationKeyRow],
    randomness: Randomness,
    now: datetime | None = None,
) -> Keyring:
    """Open every subkey; ``now`` says which versions are in use.

    Raises `KeyUnavailable` when K0 or a row isn't there or isn't right.
    """
    keys: dict[InstallationKeyName, dict[int, bytes]] = {name: {} for name in InstallationKeyName}
    for row in rows:
        secret = await custody.unwrap(_wrap_name(row.name, row.version), row.wrapped)
        if len(secret) != KEY_BYTES:
            raise KeyUnavailable(
                "A key of this installation is damaged. Restore the database from its backup.",
                f"subkey {row.name.value}/{row.version} has {len(secret)} bytes",
            )
        keys[row.name][row.version] = secret
    missing = [name.value for name, versions in keys.items() if not versions]
    if missing:
        raise KeyUnavailable(
            "This database has no complete set of keys. Was it set up with `licorne init`?",
            f"subkeys missing: {', '.join(missing)}",
        )
    keyring = Keyring(keys, randomness)
    if now is not None:
        for name, version in in_use(rows, now).items():
            keyring.use(name, version)
    return keyring


def _wrap_name(name: InstallationKeyName, version: int) -> str:
    return f"{name.value}/{version}"
