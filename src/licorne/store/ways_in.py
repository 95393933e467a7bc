"""Every way in of every practice at once: a restore ends them, some of which had ended before."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from licorne.domain.audit.tags import Tag
from licorne.domain.identity.ids import OrganizationId
from licorne.store.database import Connection

# Each ends what still serves, and names it.
_ENDING: Mapping[Tag, str] = {
    Tag.TOKEN_REVOKED: "UPDATE api_token SET revoked_at = $1 WHERE revoked_at IS NULL"
    " RETURNING organization_id, id",
    Tag.APP_PASSWORD_REVOKED: "UPDATE app_password SET revoked_at = $1 WHERE revoked_at IS NULL"
    " RETURNING organization_id, id",
    Tag.INVITATION_WITHDRAWN: "UPDATE invitation SET ended_at = $1 WHERE ended_at IS NULL"
    " RETURNING organization_id, id",
}


async def end_all_sessions(connection: Connection) -> None:
    await connection.execute("DELETE FROM member_session")
    await connection.execute("DELETE FROM contact_session")


async def end_all(
    connection: Connection, at: datetime
) -> tuple[tuple[Tag, OrganizationId, uuid.UUID], ...]:
    """End tokens, app passwords, open invitations and passkeys, with the schema owner's rights.

    Gives what ended, as the tag that tells it, its practice and its id.
    """
    found = {tag: await connection.fetch(ending, at) for tag, ending in _ENDING.items()}
    found[Tag.PASSKEY_REMOVED] = await connection.fetch(
        "DELETE FROM passkey RETURNING organization_id, id"
    )
    found[Tag.CONTACT_PASSKEY_REMOVED] = await connection.fetch(
        "DELETE FROM contact_passkey RETURNING organization_id, id"
    )
    # The way to its owner's key that each had goes with it.
    await connection.execute("DELETE FROM private_key_wrap WHERE method = 'passkey'")
    return tuple(
        (tag, OrganizationId(row["organization_id"]), row["id"])
        for tag, rows in found.items()
        for row in rows
    )
