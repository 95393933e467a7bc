"""Who may open a colleague's conversation alone in an emergency: the practice's own policy.

Nobody is on the list to begin with. Listing somebody locks the record key to them in a form that is
opened only together with the alarm; that takes the key, and so two officers where it takes two.
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
from licorne.domain.identity.permission import Permission, is_allowed
from licorne.domain.translatable import translatable
from licorne.store import members, record_keys
from licorne.store.alarms import AlarmKind
from licorne.store.database import Database


class WhyNotTrusted(enum.Enum):
    CLOSED = translatable(
        "The practice’s copies must be open for this. Ask a second officer to approve it."
    )
    NOT_STAFF = translatable("Only members who read messages and can sign in may be on this list.")
    NOT_LISTED = translatable("This person isn’t on the list.")


class TrustInEmergency:
    def __init__(
        self, database: Database, holders: RecordHolders, prove: ProveAgain, acts: MemberActs
    ) -> None:
        self._database = database
        self._holders = holders
        self._prove = prove
        self._acts = acts

    async def add(
        self, by: SignedInMember, member: MemberId, password: str
    ) -> WhyNotTrusted | None:
        """List somebody. Raises `NotPermitted` and `NotProved`."""
        await self._acts.permit(self._database, by, Permission.HOLD_RECORD_KEY)
        await self._prove(by, password, Tag.EMERGENCY_TRUSTED)
        organization = by.organization.id
        async with self._database.tenant(organization) as connection:
            await record_keys.hold(connection, organization)
            row = await members.fetch(connection, organization, member, lock=True)
            if (
                row is None
                or not row.may_act
                or not is_allowed(row.role, Permission.OPEN_IN_EMERGENCY)
            ):
                return WhyNotTrusted.NOT_STAFF
            opened = await self._holders.opens_all(connection, by)
            if not opened:
                await self._acts.record(
                    connection,
                    by,
                    Tag.EMERGENCY_TRUSTED,
                    member,
                    outcome=Outcome.REFUSED,
                    detail="closed",
                )
                return WhyNotTrusted.CLOSED
            await record_keys.add_emergency_opener(
                connection, organization, member, by.id, self._acts.now()
            )
            there = await record_keys.holders(connection, organization)
            await self._holders.rewrap(connection, organization, opened, there)
            await self._acts.record(connection, by, Tag.EMERGENCY_TRUSTED, member)
            await raise_alarm(connection, self._acts, by, AlarmKind.HOLDERS_CHANGED, member)
        return None

    async def remove(self, by: SignedInMember, member: MemberId) -> WhyNotTrusted | None:
        """Take somebody off the list; what is written from then on goes to a new key."""
        await self._acts.permit(self._database, by, Permission.HOLD_RECORD_KEY)
        organization = by.organization.id
        async with self._database.tenant(organization) as connection:
            await record_keys.hold(connection, organization)
            if not await record_keys.remove_emergency_opener(connection, organization, member):
                return WhyNotTrusted.NOT_LISTED
            await self._holders.renew(connection, organization)
            await self._acts.record(connection, by, Tag.EMERGENCY_DISTRUSTED, member)
        return None
