"""The audit trail's writing side: rows are inserted with the fact they tell, in its transaction.

Linking them into the organization's hash chain is the sequencer's work (audit_chain.py).
45 CFR 164.312(b).
"""

from licorne.domain.audit.event import AuditEvent
from licorne.store.database import Connection

_INSERT = """
    INSERT INTO audit_event
        (id, organization_id, at, tag, actor_kind, actor_id, subject_id, outcome, detail)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""


async def record(connection: Connection, *events: AuditEvent) -> None:
    """Insert events; they stand or fall with the transaction."""
    for event in events:
        await connection.execute(
            _INSERT,
            event.id,
            event.organization,
            event.at,
            event.tag.value,
            event.actor.kind.value,
            event.actor.id,
            event.subject,
            event.outcome.value,
            event.detail,
        )
