"""Teams and who belongs to them."""

from datetime import datetime

import asyncpg

from licorne.domain.identity.ids import MemberId, OrganizationId, TeamId
from licorne.domain.identity.team import Team
from licorne.store.database import Connection

_SELECT = (
    "SELECT t.organization_id, t.id, t.name, t.created_at,"
    " array_remove(array_agg(m.member_id ORDER BY m.member_id) FILTER (WHERE NOT m.pending), NULL)"
    " AS members,"
    " array_remove(array_agg(m.member_id ORDER BY m.member_id) FILTER (WHERE m.pending), NULL)"
    " AS waiting FROM team t LEFT JOIN team_member m"
    " ON (m.organization_id, m.team_id) = (t.organization_id, t.id)"
    " WHERE t.organization_id = $1"
)
_GROUP = " GROUP BY t.organization_id, t.id ORDER BY t.created_at, t.id"


async def add(
    connection: Connection,
    organization: OrganizationId,
    team: TeamId,
    name: str,
    members: tuple[MemberId, ...],
    at: datetime,
) -> None:
    """Insert a team with its first members, who hold its key from the start."""
    await connection.execute(
        "INSERT INTO team (organization_id, id, name, created_at) VALUES ($1, $2, $3, $4)",
        organization,
        team,
        name,
        at,
    )
    await connection.executemany(
        "INSERT INTO team_member (organization_id, team_id, member_id) VALUES ($1, $2, $3)",
        [(organization, team, member) for member in members],
    )


async def fetch(connection: Connection, organization: OrganizationId, team: TeamId) -> Team | None:
    row = await connection.fetchrow(f"{_SELECT} AND t.id = $2{_GROUP}", organization, team)
    return None if row is None else _team(row)


async def fetch_all(connection: Connection, organization: OrganizationId) -> tuple[Team, ...]:
    rows = await connection.fetch(_SELECT + _GROUP, organization)
    return tuple(_team(row) for row in rows)


async def set_pending(
    connection: Connection,
    organization: OrganizationId,
    team: TeamId,
    member: MemberId,
    *,
    pending: bool,
) -> None:
    """Let a member wait for the team's key, or note that they got it."""
    await connection.execute(
        "UPDATE team_member SET pending = $4"
        " WHERE organization_id = $1 AND team_id = $2 AND member_id = $3",
        organization,
        team,
        member,
        pending,
    )


async def ask_to_join(
    connection: Connection, organization: OrganizationId, team: TeamId, member: MemberId
) -> None:
    """Add a member who waits for somebody to hand on the team's key; who is in it stays in."""
    await connection.execute(
        "INSERT INTO team_member (organization_id, team_id, member_id, pending)"
        " VALUES ($1, $2, $3, true) ON CONFLICT DO NOTHING",
        organization,
        team,
        member,
    )


async def remove_member(
    connection: Connection, organization: OrganizationId, team: TeamId, member: MemberId
) -> None:
    await connection.execute(
        "DELETE FROM team_member WHERE organization_id = $1 AND team_id = $2 AND member_id = $3",
        organization,
        team,
        member,
    )


async def add_member(
    connection: Connection, organization: OrganizationId, team: TeamId, member: MemberId
) -> None:
    """Add a member who holds the team's key."""
    await connection.execute(
        "INSERT INTO team_member (organization_id, team_id, member_id) VALUES ($1, $2, $3)"
        " ON CONFLICT (organization_id, team_id, member_id) DO UPDATE SET pending = false",
        organization,
        team,
        member,
    )


def _team(row: asyncpg.Record) -> Team:
    return Team(
        organization=OrganizationId(row["organization_id"]),
        id=TeamId(row["id"]),
        name=row["name"],
        members=tuple(MemberId(one) for one in row["members"] or ()),
        pending=tuple(MemberId(one) for one in row["waiting"] or ()),
        created_at=row["created_at"],
    )
