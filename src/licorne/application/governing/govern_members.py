"""An owner or officer suspends a member, or lets them act again; `LetGo` ends their time here.

Whatever the member gets in by (sessions, app passwords, tokens) ends in the same transaction, and
so well within a minute everywhere. What they wrote and what was written to them stays.
"""

import enum
from dataclasses import dataclass
from datetime import datetime

from licorne.application.acting_member import ActingMember
from licorne.application.governing.govern_in_turn import govern_in_turn
from licorne.application.governing.sign_in_member import MOST_FAILURES
from licorne.application.member_acts import MemberActs
from licorne.domain.audit.event import Outcome
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.ids import MemberId, OrganizationId
from licorne.domain.identity.member import Member
from licorne.domain.identity.permission import Permission
from licorne.domain.identity.role import Role
from licorne.store import member_access, members
from licorne.store.database import Connection, Database
from licorne.vault.keyring import Keyring
from licorne.vault.personal_fields import open_member_email, open_member_name


@dataclass(frozen=True, slots=True)
class ListedMember:
    id: MemberId
    name: str
    email: str
    role: Role
    suspended_at: datetime | None
    created_at: datetime
    is_reader: bool
    is_locked: bool  # out, by too many wrong passwords


class MemberChange(enum.Enum):
    DONE = "done"
    NOT_FOUND = "not_found"
    NOT_ALLOWED = "not_allowed"
    ONESELF = "oneself"  # nobody locks themself out


class GovernMembers:
    def __init__(self, database: Database, keyring: Keyring, acts: MemberActs) -> None:
        self._database = database
        self._keyring = keyring
        self._acts = acts

    async def list(self, reader: ActingMember) -> tuple[ListedMember, ...]:
        organization = reader.organization.id
        async with self._database.tenant(organization) as connection:
            rows = await members.fetch_all(connection, organization)
        return tuple(
            ListedMember(
                id=row.id,
                name=open_member_name(self._keyring, organization, row.id, row.name_sealed),
                email=open_member_email(self._keyring, organization, row.id, row.email_sealed),
                role=row.role,
                suspended_at=row.suspended_at,
                created_at=row.created_at,
                is_reader=row.id == reader.id,
                is_locked=row.failed_sign_ins >= MOST_FAILURES,
            )
            for row in rows
        )

    async def suspend(self, owner: ActingMember, member: MemberId) -> MemberChange:
        """Stop a member from acting, and end all their ways in (threat 24)."""
        return await self._change(owner, member, Tag.MEMBER_SUSPENDED, "suspended")

    async def reinstate(self, owner: ActingMember, member: MemberId) -> MemberChange:
        """Let a member act again; they sign in anew and make new app passwords."""
        return await self._change(owner, member, Tag.MEMBER_SUSPENDED, "reinstated")

    async def unlock(self, owner: ActingMember, member: MemberId) -> MemberChange:
        """Let a member try again whom somebody's wrong passwords had locked out.

        Also oneself, by command: whoever runs commands holds the installation anyway.
        """
        return await self._change(owner, member, Tag.MEMBER_UNLOCKED, "unlocked")

    async def _change(
        self, owner: ActingMember, member: MemberId, tag: Tag, what: str
    ) -> MemberChange:
        await self._acts.permit(self._database, owner, Permission.GOVERN_MEMBERS)
        organization = owner.organization.id
        async with self._database.tenant(organization) as connection:
            row, may = await govern_in_turn(connection, owner, member)
            refused = _why_not(owner, row, may=may, also_oneself=what == "unlocked")
            if refused is not None:
                await self._acts.record(
                    connection, owner, tag, member, outcome=Outcome.REFUSED, detail=refused.value
                )
                return refused
            if what == "unlocked":
                await members.forgive_failures(connection, organization, member)
            else:
                await self._end(connection, organization, member, what)
            await self._acts.record(connection, owner, tag, member, detail=what)
        return MemberChange.DONE

    async def _end(
        self, connection: Connection, organization: OrganizationId, member: MemberId, what: str
    ) -> None:
        now = self._acts.now()
        suspended_at = now if what == "suspended" else None
        await members.set_suspended(connection, organization, member, suspended_at)
        await member_access.end_all(connection, organization, member, now)


def _why_not(
    owner: ActingMember, row: Member | None, *, may: bool, also_oneself: bool
) -> MemberChange | None:
    if row is None or row.removed_at is not None:
        return MemberChange.NOT_FOUND
    if row.id == owner.id:
        return None if also_oneself else MemberChange.ONESELF
    if not may:
        return MemberChange.NOT_ALLOWED
    return None
