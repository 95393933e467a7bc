"""The audit trail's writing side: rows are inserted with the fact they tell, in its transaction.

Linking them into the organization's hash chain is the sequencer's work (audit_chain.py).
45 CFR 164.312(b).
"""

from collections.abc import Sequence

from licorne.domain.audit.event import AuditEvent
from licorne.store.database import Connection

# Without ``via``: what an operator does is recorded before an upgrade, too, while there is no such
# column yet.
_INSERT = """
    INSERT INTO audit_event
        (id, organization_id, at, tag, actor_kind, actor_id, subject_id, outcome, detail)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""
_INSERT_WITH_WAY = """
    INSERT INTO audit_event
        (id, organization_id, at, tag, actor_kind, actor_id, subject_id, outcome, detail, via)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""

_INSERT_MANY = """
    INSERT INTO audit_event
        (id, organization_id, at, tag, actor_kind, actor_id, subject_id, outcome, detail, via)
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::text[], $5::text[],
                         $6::uuid[], $7::uuid[], $8::text[], $9::text[],
                         $10::uuid[])
"""


async def record_many(connection: Connection, events: Sequence[AuditEvent]) -> None:
    """Insert events of any organizations in one statement (the intake role may; it reads none)."""
    await connection.execute(
        _INSERT_MANY,
        [event.id for event in events],
        [event.organization for event in events],
        [event.at for event in events],
        [event.tag.value for event in events],
        [event.actor.kind.value for event in events],
        [event.actor.id for event in events],
        [event.subject for event in events],
        [event.outcome.value for event in events],
        [event.detail for event in events],
        [event.via for event in events],
    )


async def record(connection: Connection, *events: AuditEvent) -> None:
    """Insert events; they stand or fall with the transaction."""
    for event in events:
        await connection.execute(
            _INSERT if event.via is None else _INSERT_WITH_WAY,
            event.id,
            event.organization,
            event.at,
            event.tag.value,
            event.actor.kind.value,
            event.actor.id,
            event.subject,
            event.outcome.value,
            event.detail,
            *(() if event.via is None else (event.via,)),
        )
