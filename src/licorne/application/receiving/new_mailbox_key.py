"""Makes the key pair of a claimed mailbox, locked under the password that a person has chosen."""

from dataclasses import dataclass

from licorne.application.new_ids import NewIds
from licorne.domain.identity.ids import KeyId, MailboxId, OrganizationId
from licorne.domain.sealing.records import PrivateKeyWrap, ReaderKind
from licorne.ports.randomness import Randomness
from licorne.vault.keyring import Keyring
from licorne.vault.passwords import PasswordVault
from licorne.vault.reader_keys import OpenReaderKey, make_reader_key


@dataclass(frozen=True, slots=True)
class NewMailboxKey:
    key: OpenReaderKey
    wrap: PrivateKeyWrap


async def make_mailbox_key(
    keyring: Keyring,
    passwords: PasswordVault,
    randomness: Randomness,
    new_id: NewIds,
    organization: OrganizationId,
    mailbox: MailboxId,
    password: str,
) -> NewMailboxKey:
    """Make it outside of any transaction: the password's slow hash takes its time.

    Raises `PasswordsBusy`.
    """
    key = make_reader_key(
        keyring,
        randomness,
        organization=organization,
        key=KeyId(new_id()),
        kind=ReaderKind.MAILBOX,
        owner=mailbox,
        version=1,
    )
    wrap = await passwords.wrap_private_key(key, password, wrap_id=new_id())
    return NewMailboxKey(key, wrap)
