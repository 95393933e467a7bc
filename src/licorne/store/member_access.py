"""Everything by which a member gets in, ended at once: sessions, app passwords, tokens."""

from datetime import datetime

from licorne.domain.identity.ids import MemberId, OrganizationId
from licorne.store import app_passwords, member_sessions
from licorne.store.database import Connection


async def end_all(
    connection: Connection, organization: OrganizationId, member: MemberId, at: datetime
) -> None:
    await member_sessions.end_all(connection, organization, member)
    await app_passwords.revoke_all(connection, organization, member, at)
    await connection.execute(
        "UPDATE api_token SET revoked_at = $3"
        " WHERE organization_id = $1 AND member_id = $2 AND revoked_at IS NULL",
        organization,
        member,
        at,
    )
