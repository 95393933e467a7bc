"""The keyring's rows: made once, opened at every start, rotated one by one."""

from collections.abc import Sequence

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
    custody: KeyCustody, randomness: Randomness, name: InstallationKeyName, version: int
) -> InstallationKeyRow:
    """Make one more version of one subkey; it is in use once a keyring is opened with it."""
    wrapped = await custody.wrap(_wrap_name(name, version), randomness.bytes(KEY_BYTES))
    return InstallationKeyRow(name, version, wrapped)


async def rewrap_keyring_rows(
    old: KeyCustody, new: KeyCustody, rows: Sequence[InstallationKeyRow]
) -> tuple[InstallationKeyRow, ...]:
    """Move every subkey to another K0 or another custody; nothing sealed has to change."""
    moved = []
    for row in rows:
        name = _wrap_name(row.name, row.version)
        secret = await old.unwrap(name, row.wrapped)
        moved.append(InstallationKeyRow(row.name, row.version, await new.wrap(name, secret)))
    return tuple(moved)


async def open_keyring(
    custody: KeyCustody, rows: Sequence[InstallationKeyRow], randomness: Randomness
) -> Keyring:
    """Open every subkey. Raises `KeyUnavailable` when K0 or a row isn't there or isn't right."""
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
    return Keyring(keys, randomness)


def _wrap_name(name: InstallationKeyName, version: int) -> str:
    return f"{name.value}/{version}"
