"""A member signs out: the session's row goes, and with it the key that it held."""

from licorne.application.member_acts import MemberActs
from licorne.application.signed_in_member import SignedInMember
from licorne.domain.audit.tags import Tag
from licorne.store import member_sessions
from licorne.store.database import Database


class EndMemberSession:
    def __init__(self, database: Database, acts: MemberActs) -> None:
        self._database = database
        self._acts = acts

    async def __call__(self, member: SignedInMember) -> None:
        organization = member.organization.id
        async with self._database.tenant(organization) as connection:
            if await member_sessions.end(connection, organization, member.cookie_hash):
                await self._acts.record(connection, member, Tag.MEMBER_SIGNED_OUT, member.id)
