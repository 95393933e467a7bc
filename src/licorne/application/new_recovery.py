"""A recovery code for a member's key: on paper, and good once the password is forgotten.

It is made where the key is open: when its person sets it up, or within their session.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from licorne.domain.sealing.records import PrivateKeyWrap, UnlockMethod
from licorne.ports.randomness import Randomness
from licorne.vault.access_secrets import make_recovery_code, recovery_secret
from licorne.vault.keyring import Keyring
from licorne.vault.private_key_wraps import wrap_for_secret
from licorne.vault.reader_keys import OpenReaderKey


@dataclass(frozen=True, slots=True)
class NewRecovery:
    wrap: PrivateKeyWrap
    code: str = field(repr=False)  # to be shown once; it is kept nowhere


def new_recovery(
    keyring: Keyring, randomness: Randomness, new_id: Callable[[], UUID], key: OpenReaderKey
) -> NewRecovery:
    """Make a recovery code for a key that is open."""
    code = make_recovery_code(randomness)
    secret = recovery_secret(code)
    assert secret is not None, "a code that was just made"
    wrap = wrap_for_secret(
        keyring,
        randomness,
        key,
        wrap_id=new_id(),
        method=UnlockMethod.RECOVERY,
        secret=secret,
    )
    return NewRecovery(wrap, code)
