"""The keys that open an inbox's threads: a member's own, or a team's, locked to its members."""

from licorne.application.signed_in_member import SignedInMember
from licorne.domain.message.thread import Inbox
from licorne.store import reader_keys
from licorne.store.database import Connection
from licorne.vault.keyring import Keyring
from licorne.vault.private_key_wraps import unwrap_with_reader
from licorne.vault.reader_keys import OpenReaderKey


class InboxKeys:
    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    async def __call__(
        self, connection: Connection, member: SignedInMember, inbox: Inbox
    ) -> tuple[OpenReaderKey, ...]:
        """Give every key of this inbox that the member holds, newest first.

        A team's key changes when somebody leaves; what was sealed before needs the earlier one.
        Raises `SealBroken` for rows that aren't what was signed.
        """
        if inbox.id == member.id:
            return (member.key,)
        held = await reader_keys.fetch_keys_wrapped_to(
            connection, member.organization.id, inbox.id, member.key.row.id
        )
        return tuple(unwrap_with_reader(self._keyring, key, wrap, member.key) for key, wrap in held)

    async def every(
        self, connection: Connection, member: SignedInMember
    ) -> tuple[OpenReaderKey, ...]:
        """Give every key of every inbox that the member may read."""
        keys: list[OpenReaderKey] = []
        for inbox in member.inboxes:
            keys += await self(connection, member, inbox)
        return tuple(keys)
