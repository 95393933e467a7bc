"""Makes the key of a mailbox that waits for its first visit: under K_enrol and a shred slot.

The slot is what a claim destroys, which ends the key in every backup, too.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from licorne.domain.identity.ids import KeyId, MailboxId, OrganizationId
from licorne.domain.sealing.records import ReaderKind
from licorne.ports.randomness import Randomness
from licorne.ports.slot_store import SlotStore
from licorne.store.reader_keys import FirstKey
from licorne.vault.keyring import Keyring
from licorne.vault.private_key_wraps import wrap_for_enrol
from licorne.vault.reader_keys import make_reader_key, point_to


async def make_waiting_key(
    keyring: Keyring,
    randomness: Randomness,
    slots: SlotStore,
    new_id: Callable[[], UUID],
    organization: OrganizationId,
    mailbox: MailboxId,
    at: datetime,
) -> FirstKey:
    """Make it; ``reader_keys.add_first_keys`` writes it."""
    key = make_reader_key(
        keyring,
        randomness,
        organization=organization,
        key=KeyId(new_id()),
        kind=ReaderKind.WAITING,
        owner=mailbox,
        version=1,
    )
    slot, slot_secret = await slots.take()
    wrap = wrap_for_enrol(
        keyring, randomness, key, wrap_id=new_id(), slot=slot, slot_secret=slot_secret
    )
    return FirstKey(key.row, point_to(keyring, key.row, 1), wrap, at)
