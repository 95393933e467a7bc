"""What became of tries to send notices: a carrier's answer, a receipt; one, or many at once."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from licorne.domain.identity.ids import DeliveryId, OrganizationId
from licorne.domain.message.delivery_state import DeliveryState, may_follow
from licorne.domain.notice.attempt import AttemptState, may_become
from licorne.domain.notice.carrier_reason import CarrierReason
from licorne.store.database import Connection
from licorne.store.events import Change, Changed, announce_change


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of a try."""

    attempt: uuid.UUID
    state: AttemptState
    reason: CarrierReason | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class GoodNews:
    """A try that a carrier took, or whose text is on the handset.

    ``step`` is the id of the step that it may add to its delivery's story.
    """

    attempt: uuid.UUID
    step: uuid.UUID
    reference: str | None


_ANSWER = """
    WITH known AS (
        SELECT id, state = ANY($6::text[]) AS moves FROM notice_attempt
         WHERE organization_id = $1 AND id = $2 FOR UPDATE
    )
    UPDATE notice_attempt a SET
        state = CASE WHEN moves THEN $3 ELSE state END,
        reason = CASE WHEN moves THEN $4 ELSE reason END,
        updated_at = CASE WHEN moves THEN $5 ELSE updated_at END,
        carrier_reference = coalesce($7, carrier_reference)
      FROM known WHERE a.organization_id = $1 AND a.id = known.id
    RETURNING moves
"""


async def answer(
    connection: Connection, organization: OrganizationId, answered: Answered, at: datetime
) -> bool:
    """Write down what became of a try; False where something better is known already.

    The carrier's reference is kept in any case, since receipts name the text by it.
    """
    earlier = [one.value for one in AttemptState if may_become(answered.state, one)]
    moved = await connection.fetchval(
        _ANSWER,
        organization,
        answered.attempt,
        answered.state.value,
        None if answered.reason is None else answered.reason.value,
        at,
        earlier,
        answered.reference,
    )
    return bool(moved)


# Deliveries are locked in the order of their ids, as by everybody who locks several.
_ADVANCE = """
    WITH known AS MATERIALIZED (
        SELECT a.id, a.delivery_id, a.carrier, a.state = ANY($5::text[]) AS moves,
               news.reference, news.step
          FROM unnest($2::uuid[], $3::uuid[], $4::text[]) AS news (attempt, step, reference)
          JOIN notice_attempt a ON (a.organization_id, a.id) = ($1, news.attempt)
          JOIN delivery d ON (d.organization_id, d.id) = ($1, a.delivery_id)
         ORDER BY d.id FOR UPDATE OF a, d
    ), answered AS (
        UPDATE notice_attempt a SET
            state = CASE WHEN moves THEN $6 ELSE a.state END,
            reason = CASE WHEN moves THEN NULL ELSE a.reason END,
            updated_at = CASE WHEN moves THEN $9 ELSE a.updated_at END,
            carrier_reference = coalesce(known.reference, a.carrier_reference)
          FROM known WHERE (a.organization_id, a.id) = ($1, known.id)
    ), moved AS (
        UPDATE delivery d SET state = $7, reason = NULL FROM known
         WHERE (d.organization_id, d.id) = ($1, known.delivery_id)
           AND known.moves AND d.state = ANY($8::text[])
        RETURNING d.id, known.id AS attempt, known.step, known.carrier
    ), told AS (
        INSERT INTO delivery_event (organization_id, id, delivery_id, state, at, detail)
        SELECT $1, step, id, $7, $9, carrier FROM moved
    )
    SELECT known.id, known.delivery_id, moved.id IS NOT NULL AS moved
      FROM known LEFT JOIN moved ON moved.attempt = known.id WHERE known.moves
"""


async def advance(
    connection: Connection,
    organization: OrganizationId,
    news: Sequence[GoodNews],
    state: AttemptState,
    delivery_state: DeliveryState,
    at: datetime,
) -> set[uuid.UUID]:
    """Move tries, and their deliveries, forward; give the tries of which this wasn't known.

    What ``answer`` and ``deliveries.move`` do for one, for first tries of many deliveries.
    """
    rows = await connection.fetch(
        _ADVANCE,
        organization,
        [one.attempt for one in news],
        [one.step for one in news],
        [one.reference for one in news],
        [earlier.value for earlier in AttemptState if may_become(state, earlier)],
        state.value,
        delivery_state.value,
        [earlier.value for earlier in DeliveryState if may_follow(delivery_state, earlier)],
        at,
    )
    for row in rows:
        if row["moved"]:
            delivery = DeliveryId(row["delivery_id"])
            await announce_change(connection, Change(organization, Changed.DELIVERY, delivery))
    return {row["id"] for row in rows}
