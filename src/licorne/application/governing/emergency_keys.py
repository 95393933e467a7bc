"""The keys that open a conversation which isn't a member's own, while their emergency lasts."""

from licorne.application.governing.record_holders import RecordHolders
from licorne.application.signed_in_member import SignedInMember
from licorne.domain.identity.ids import ThreadId
from licorne.ports.clock import Clock
from licorne.store import emergencies
from licorne.store.database import Connection
from licorne.vault.reader_keys import OpenReaderKey


class EmergencyKeys:
    def __init__(self, holders: RecordHolders, clock: Clock) -> None:
        self._holders = holders
        self._clock = clock

    async def __call__(
        self, connection: Connection, member: SignedInMember, thread: ThreadId
    ) -> tuple[OpenReaderKey, ...]:
        """Give them; nothing where no emergency access of this member lasts."""
        access = await emergencies.fetch_open(
            connection, member.organization.id, member.id, thread, self._clock.now()
        )
        if access is None:
            return ()
        return await self._holders.open_in_emergency(connection, member)
