"""Who sees whose conversations: said plainly, to everybody who works in the practice."""

from dataclasses import dataclass

from licorne.application.acting_member import ActingMember
from licorne.application.member_acts import MemberActs
from licorne.domain.identity.ids import MemberId, OrganizationId, TeamId
from licorne.domain.identity.member import Member
from licorne.domain.identity.permission import Permission, is_allowed
from licorne.domain.identity.role import Role
from licorne.store import members, record_keys, teams
from licorne.store.database import Database
from licorne.vault.keyring import Keyring
from licorne.vault.personal_fields import open_member_name


@dataclass(frozen=True, slots=True)
class ArrangedMember:
    id: MemberId
    name: str
    role: Role
    has_inbox: bool
    opens_copies: bool  # holds the practice's record key
    is_reader: bool


@dataclass(frozen=True, slots=True)
class ArrangedTeam:
    id: TeamId
    name: str
    members: tuple[str, ...]
    pending: tuple[str, ...]
    member_ids: tuple[MemberId, ...]
    pending_ids: tuple[MemberId, ...]


@dataclass(frozen=True, slots=True)
class Arrangement:
    members: tuple[ArrangedMember, ...]
    teams: tuple[ArrangedTeam, ...]
    in_emergency: tuple[str, ...]  # who opens anybody's conversation alone, with the alarm


class SeeArrangement:
    def __init__(self, database: Database, keyring: Keyring, acts: MemberActs) -> None:
        self._database = database
        self._keyring = keyring
        self._acts = acts

    async def __call__(self, by: ActingMember) -> Arrangement:
        await self._acts.permit(self._database, by, Permission.SEE_ARRANGEMENT)
        organization = by.organization.id
        async with self._database.tenant(organization) as connection:
            rows = await members.fetch_all(connection, organization)
            there = await teams.fetch_all(connection, organization)
            holders = await record_keys.holders(connection, organization)
            listed = await record_keys.emergency_openers(connection, organization)
        names = {row.id: self._name(organization, row) for row in rows}
        alone = holders if len(holders) == 1 else ()
        return Arrangement(
            tuple(
                ArrangedMember(
                    id=row.id,
                    name=names[row.id],
                    role=row.role,
                    has_inbox=is_allowed(row.role, Permission.READ_MESSAGES),
                    opens_copies=row.id in holders,
                    is_reader=row.id == by.id,
                )
                for row in rows
            ),
            tuple(
                ArrangedTeam(
                    team.id,
                    team.name,
                    tuple(names[one] for one in team.members if one in names),
                    tuple(names[one] for one in team.pending if one in names),
                    team.members,
                    team.pending,
                )
                for team in there
            ),
            tuple(names[row.id] for row in rows if row.id in (*listed, *alone)),
        )

    def _name(self, organization: OrganizationId, row: Member) -> str:
        return open_member_name(self._keyring, organization, row.id, row.name_sealed)
