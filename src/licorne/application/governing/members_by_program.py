"""A program sees who works in the practice: names and roles, for its own address book."""

from dataclasses import dataclass

from licorne.application.governing.authenticate_token import ApiCaller
from licorne.application.governing.program_acts import ProgramActs
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.ids import MemberId
from licorne.domain.identity.role import Role
from licorne.store import members
from licorne.store.database import Database
from licorne.vault.keyring import Keyring
from licorne.vault.personal_fields import open_member_email, open_member_name

MOST_IN_A_PAGE = 100


@dataclass(frozen=True, slots=True)
class ListedMember:
    id: MemberId
    name: str
    email: str
    role: Role
    suspended: bool


@dataclass(frozen=True, slots=True)
class MemberPage:
    """A page of members in the order in which they came; ``next`` is the last one's id."""

    members: tuple[ListedMember, ...]
    next: MemberId | None


class MembersByProgram:
    def __init__(self, database: Database, keyring: Keyring, acts: ProgramActs) -> None:
        self._database = database
        self._keyring = keyring
        self._acts = acts

    async def __call__(self, caller: ApiCaller, after: MemberId | None, limit: int) -> MemberPage:
        limit = max(1, min(limit, MOST_IN_A_PAGE))
        organization = caller.organization
        async with self._database.tenant(organization) as connection:
            found = await members.fetch_page(connection, organization, after, limit + 1)
            await self._acts.record(connection, caller, Tag.API_SAW_MEMBERS)
        shown = tuple(
            ListedMember(
                id=one.id,
                name=open_member_name(self._keyring, organization, one.id, one.name_sealed),
                email=open_member_email(self._keyring, organization, one.id, one.email_sealed),
                role=one.role,
                suspended=one.suspended_at is not None,
            )
            for one in found[:limit]
        )
        return MemberPage(shown, shown[-1].id if len(found) > limit else None)
