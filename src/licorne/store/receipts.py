"""Receipts: each once, and matched with its try even when it comes before the carrier's answer."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from licorne.domain.identity.ids import OrganizationId
from licorne.domain.notice.carrier_reason import CarrierReason
from licorne.ports.sms_carrier import Receipt, ReceiptState
from licorne.store.database import Connection


async def take(connection: Connection, carrier: str, receipt: Receipt, at: datetime) -> bool:
    """Remember a receipt; False when it was here before."""
    stored = await connection.fetchval(
        "INSERT INTO carrier_event"
        " (carrier, dedupe_key, carrier_reference, state, reason, received_at)"
        " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING true",
        carrier,
        receipt.dedupe_key,
        receipt.reference,
        receipt.state.value,
        None if receipt.reason is None else receipt.reason.value,
        at,
    )
    return bool(stored)


async def find(
    connection: Connection, carrier: str, receipt: Receipt
) -> tuple[OrganizationId, uuid.UUID] | None:
    """Say whose try a receipt speaks of, before the tenant is known."""
    row = await connection.fetchrow(
        "SELECT * FROM find_notice_attempt($1, $2, $3)",
        carrier,
        receipt.attempt,
        receipt.reference,
    )
    if row is None:
        return None
    return OrganizationId(row["organization_id"]), row["attempt_id"]


async def come_early(
    connection: Connection, named: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], list[Receipt]]:
    """Give the receipts about carriers' references, each list in order of arrival."""
    carriers, references = zip(*named, strict=True)
    rows = await connection.fetch(
        "SELECT carrier, carrier_reference, dedupe_key, state, reason FROM carrier_event"
        " JOIN unnest($1::text[], $2::text[]) AS named (c, r)"
        "   ON (carrier, carrier_reference) = (c, r) ORDER BY received_at",
        carriers,
        references,
    )
    early: dict[tuple[str, str], list[Receipt]] = {}
    for row in rows:
        receipt = Receipt(
            dedupe_key=row["dedupe_key"],
            state=ReceiptState(row["state"]),
            reference=row["carrier_reference"],
            reason=None if row["reason"] is None else CarrierReason(row["reason"]),
        )
        early.setdefault((row["carrier"], row["carrier_reference"]), []).append(receipt)
    return early


async def in_turn(connection: Connection, *named: tuple[str, str]) -> None:
    """Let a carrier's answer and a receipt about it come one after the other.

    Whichever commits second sees what the first one wrote. Many are taken in the order of their
    names, so that nobody waits in a circle.
    """
    await connection.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended(name, 0))"
        " FROM (SELECT DISTINCT name FROM unnest($1::text[]) AS u (name) ORDER BY name) AS sorted",
        [f"receipt {carrier} {reference}" for carrier, reference in named],
    )
