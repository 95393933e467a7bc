"""Consent forms. Pages find one by ``find``, before the tenant is known."""

import uuid
from datetime import datetime

from licorne.domain.consent.form import ConsentForm
from licorne.domain.consent.ledger import Purpose
from licorne.domain.identity.ids import ContactId, MemberId, OrganizationId
from licorne.store.database import Connection


async def find(
    connection: Connection, token_hash: bytes
) -> tuple[OrganizationId, uuid.UUID] | None:
    row = await connection.fetchrow("SELECT * FROM find_consent_form($1)", token_hash)
    return None if row is None else (OrganizationId(row["organization_id"]), row["form_id"])


async def add(connection: Connection, form: ConsentForm) -> None:
    await connection.execute(
        "INSERT INTO consent_form (organization_id, id, contact_id, number_epoch, purposes,"
        " token_hash, made_by, made_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        form.organization,
        form.id,
        form.contact,
        form.number_epoch,
        [one.value for one in form.purposes],
        form.token_hash,
        form.made_by,
        form.made_at,
        form.expires_at,
    )


async def fetch(
    connection: Connection, organization: OrganizationId, form: uuid.UUID
) -> ConsentForm | None:
    row = await connection.fetchrow(
        "SELECT * FROM consent_form WHERE organization_id = $1 AND id = $2", organization, form
    )
    if row is None:
        return None
    return ConsentForm(
        organization=OrganizationId(row["organization_id"]),
        id=row["id"],
        contact=ContactId(row["contact_id"]),
        number_epoch=row["number_epoch"],
        purposes=tuple(Purpose(one) for one in row["purposes"]),
        token_hash=row["token_hash"],
        made_by=MemberId(row["made_by"]),
        made_at=row["made_at"],
        expires_at=row["expires_at"],
        answered_at=row["answered_at"],
    )


async def answer(
    connection: Connection, organization: OrganizationId, form: uuid.UUID, at: datetime
) -> bool:
    """Take it as answered; False when somebody was quicker."""
    answered = await connection.fetchval(
        "UPDATE consent_form SET answered_at = $3"
        " WHERE organization_id = $1 AND id = $2 AND answered_at IS NULL RETURNING id",
        organization,
        form,
        at,
    )
    return answered is not None
