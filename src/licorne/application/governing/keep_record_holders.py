"""Who holds the record key: adding an officer locks it anew, and the second one makes it take two.

Adding takes the key, so where it takes two, a release must be open. Removing doesn't: the shares of
the one who goes are destroyed, and what is written from then on goes to a key they never had.
"""

import enum

from licorne.application.governing.prove_again import ProveAgain
from licorne.application.governing.raise_alarm import raise_alarm
from licorne.application.governing.record_holders import RecordHolders
from licorne.application.member_acts import MemberActs
from licorne.application.signed_in_member import SignedInMember
from licorne.domain.audit.event import Outcome
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.ids import MemberId
from licorne.domain.identity.permission import Permission, is_allowed, may_govern
from licorne.domain.identity.role import Role
from licorne.domain.translatable import translatable
from licorne.store import members, record_keys
from licorne.store.alarms import AlarmKind
from licorne.store.database import Connection, Database


class WhyNotHeld(enum.Enum):
    """Why nothing was changed."""

    CLOSED = translatable(
        "The practice’s copies must be open for this. Ask a second officer to approve it."
    )
    NOT_AN_OFFICER = translatable("Only owners and officers who can sign in may hold a share.")
    ALREADY = translatable("This person holds a share already.")
    NOT_ALLOWED = translatable("Only an owner can take somebody else’s share.")
    NOT_A_HOLDER = translatable("This person holds no share.")
    ONLY_WAY = translatable(
        "Nobody else opens the practice’s copies. Let somebody else hold a share first, or print a"
        " recovery kit."
    )


class KeepRecordHolders:
    def __init__(
        self,
        database: Database,
        holders: RecordHolders,
        prove: ProveAgain,
        acts: MemberActs,
    ) -> None:
        self._database = database
        self._holders = holders
        self._prove = prove
        self._acts = acts

    async def add(self, by: SignedInMember, member: MemberId, password: str) -> WhyNotHeld | None:
        """Let an owner or officer hold a share. Raises `NotPermitted` and `NotProved`."""
        await self._acts.permit(self._database, by, Permission.HOLD_RECORD_KEY)
        await self._prove(by, password, Tag.RECORD_HOLDER_ADDED)
        organization = by.organization.id
        async with self._database.tenant(organization) as connection:
            await record_keys.hold(connection, organization)
            row = await members.fetch(connection, organization, member, lock=True)
            if row is None or not row.may_act or not _may_hold(row.role):
                return await self._refuse(connection, by, member, WhyNotHeld.NOT_AN_OFFICER)
            there = await record_keys.holders(connection, organization)
            if member in there:
                return WhyNotHeld.ALREADY
            opened = await self._holders.opens_all(connection, by)
            if not opened:
                return await self._refuse(connection, by, member, WhyNotHeld.CLOSED)
            await self._holders.rewrap(connection, organization, opened, (*there, member))
            await self._acts.record(connection, by, Tag.RECORD_HOLDER_ADDED, member)
            await raise_alarm(connection, self._acts, by, AlarmKind.HOLDERS_CHANGED, member)
        return None

    async def remove(
        self, by: SignedInMember, member: MemberId, password: str
    ) -> WhyNotHeld | None:
        """Take a share: one's own, or as an owner somebody's. Raises as `add` does."""
        await self._acts.permit(self._database, by, Permission.HOLD_RECORD_KEY)
        await self._prove(by, password, Tag.RECORD_HOLDER_REMOVED)
        organization = by.organization.id
        async with self._database.tenant(organization) as connection:
            await record_keys.hold(connection, organization)
            row = await members.fetch(connection, organization, member, lock=True)
            if row is None or (member != by.id and not may_govern(by.role, row.role)):
                return await self._refuse(connection, by, member, WhyNotHeld.NOT_ALLOWED)
            if not await self._holders.can_leave(connection, by, member):
                return await self._refuse(connection, by, member, WhyNotHeld.ONLY_WAY)
            if not await self._holders.leave(connection, by, member):
                return WhyNotHeld.NOT_A_HOLDER
            await self._acts.record(connection, by, Tag.RECORD_HOLDER_REMOVED, member)
            await raise_alarm(connection, self._acts, by, AlarmKind.HOLDERS_CHANGED, member)
        return None

    async def _refuse(
        self, connection: Connection, by: SignedInMember, member: MemberId, why: WhyNotHeld
    ) -> WhyNotHeld:
        adding = why in {WhyNotHeld.CLOSED, WhyNotHeld.NOT_AN_OFFICER}
        tag = Tag.RECORD_HOLDER_ADDED if adding else Tag.RECORD_HOLDER_REMOVED
        await self._acts.record(
            connection, by, tag, member, outcome=Outcome.REFUSED, detail=why.name.lower()
        )
        return why


def _may_hold(role: Role) -> bool:
    return is_allowed(role, Permission.HOLD_RECORD_KEY)
