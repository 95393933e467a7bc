"""Which custody keeps K0, by the settings, and how a passphrase comes in."""

import getpass
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from licorne.adapters.custody.aws_kms import AwsKms, AwsKmsCustody
from licorne.adapters.custody.key_file import KeyFileCustody
from licorne.adapters.custody.passphrase import SHORTEST, PassphraseCustody
from licorne.adapters.custody.vault_transit import VaultTransit, VaultTransitCustody
from licorne.adapters.system import SystemClock, SystemRandomness
from licorne.ports.key_custody import KeyCustody
from licorne.ports.randomness import Randomness
from licorne.wiring.settings import Custody, Home, Settings, SettingsWrong

CREDENTIAL = "licorne-passphrase"  # systemd: LoadCredential= or LoadCredentialEncrypted=
DESCRIPTOR = "LICORNE_PASSPHRASE_FD"  # the number of a file descriptor, read once
_LONGEST = 4096


def custody_of(home: Home, settings: Settings) -> KeyCustody:
    """Give the custody that the settings name; nothing is asked of it yet."""
    return _custody(home, settings.custody, unattended_passphrase, SystemRandomness())


def _custody(
    home: Home, custody: Custody, ask: Callable[[], str | None], randomness: Randomness
) -> KeyCustody:
    match custody.kind:
        case "passphrase":
            return PassphraseCustody(home.passphrase, ask, randomness)
        case "vault":
            return VaultTransitCustody(
                VaultTransit(
                    url=custody.url.rstrip("/"),
                    key=custody.key,
                    mount=custody.mount.strip("/"),
                    token_file=home.path / custody.token_file,
                    ca_file=home.path / custody.ca_file if custody.ca_file else None,
                    namespace=custody.namespace,
                )
            )
        case "aws_kms":
            return AwsKmsCustody(
                AwsKms(
                    key=custody.key,
                    region=custody.region,
                    endpoint=custody.endpoint.rstrip("/"),
                    credentials_file=home.path / custody.credentials_file,
                ),
                SystemClock(),
            )
        case _:
            return KeyFileCustody(home.unseal_key, randomness)


def create_custody(home: Home, settings: Settings) -> KeyCustody:
    """Give it for a new installation, with the file that it stands on made where it has none."""
    randomness = SystemRandomness()
    if settings.custody.kind == "key_file" and not home.unseal_key.exists():
        return KeyFileCustody.create(home.unseal_key, randomness)
    if settings.custody.kind == "passphrase" and not home.passphrase.exists():
        chosen = _new_passphrase()
        return PassphraseCustody.create(home.passphrase, lambda: chosen, randomness)
    return custody_of(home, settings)


async def bring_passphrase(home: Home, settings: Settings) -> None:
    """Take the passphrase from whoever starts this process, before it forks or opens anything.

    Where none is to be had this does nothing: the roles then wait, and look for it themselves.
    """
    if settings.custody.kind != "passphrase" or not home.passphrase.exists():
        return
    passphrase = unattended_passphrase()
    if passphrase is None and sys.stdin.isatty():
        passphrase = getpass.getpass("The installation's passphrase: ")
    if passphrase:
        ask = partial(_given, passphrase)
        await PassphraseCustody(home.passphrase, ask, SystemRandomness()).wrap("probe", b"")


def unattended_passphrase() -> str | None:
    """Read it from a descriptor or a systemd credential; None while there is none."""
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    if folder:
        path = Path(folder) / CREDENTIAL
        if path.is_file():
            return path.read_text(encoding="utf-8").rstrip("\n") or None
    number = os.environ.pop(DESCRIPTOR, "")  # it can be read once
    if number:
        try:
            with os.fdopen(int(number), "r", encoding="utf-8") as handed:
                return handed.read(_LONGEST).rstrip("\n") or None
        except (OSError, ValueError) as error:
            raise SettingsWrong(f"{DESCRIPTOR} must be the number of an open file.") from error
    return None


def _new_passphrase() -> str:
    chosen = unattended_passphrase()
    if chosen is None and sys.stdin.isatty():
        chosen = getpass.getpass(f"A passphrase for the installation ({SHORTEST} or more): ")
        if getpass.getpass("The same again: ") != chosen:
            raise SettingsWrong("The two passphrases differ. Nothing was changed; try again.")
    if chosen is None or len(chosen) < SHORTEST:
        raise SettingsWrong(
            f"The installation needs a passphrase of {SHORTEST} characters or more: six random"
            " words will do. Whoever has the disk and the database can guess for ever."
        )
    return chosen


def _given(passphrase: str) -> str:
    return passphrase
