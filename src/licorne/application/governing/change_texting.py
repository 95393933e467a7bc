"""A member notes that a contact wants no more texts, or wants them again.

Who told us to stop by themself is not turned on again by a member alone: the member says that the
person asked for it, and that is recorded.
"""

from licorne.application.member_acts import MemberActs
from licorne.application.signed_in_member import SignedInMember
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.contact import OptedOutBy
from licorne.domain.identity.ids import ContactId
from licorne.domain.identity.permission import Permission
from licorne.store import contacts
from licorne.store.database import Database


class ChangeTexting:
    def __init__(self, database: Database, acts: MemberActs) -> None:
        self._database = database
        self._acts = acts

    async def stop(self, member: SignedInMember, contact: ContactId) -> bool:
        await self._acts.permit(self._database, member, Permission.CHANGE_CONTACTS)
        organization = member.organization.id
        async with self._database.tenant(organization) as connection:
            found = await contacts.fetch(connection, organization, contact, lock=True)
            if found is None:
                return False
            if found.opted_out_at is None:
                await contacts.set_opted_out(
                    connection, organization, contact, self._acts.now(), OptedOutBy.MEMBER
                )
                await self._acts.record(
                    connection, member, Tag.CONTACT_OPTED_OUT_BY_MEMBER, contact
                )
        return True

    async def start(self, member: SignedInMember, contact: ContactId) -> bool:
        """Let texts go out again, since the person asked for it."""
        await self._acts.permit(self._database, member, Permission.CHANGE_CONTACTS)
        organization = member.organization.id
        async with self._database.tenant(organization) as connection:
            found = await contacts.fetch(connection, organization, contact, lock=True)
            if found is None:
                return False
            if found.opted_out_at is not None:
                await contacts.set_opted_out(connection, organization, contact, None, None)
                await self._acts.record(
                    connection,
                    member,
                    Tag.CONTACT_OPTED_IN_BY_MEMBER,
                    contact,
                    detail=None if found.opted_out_by is None else found.opted_out_by.value,
                )
        return True
