"""One audit event: who did what to which thing, when, and whether it was allowed."""

import enum
import uuid
from dataclasses import dataclass
from datetime import datetime

from licorne.domain.audit.tags import Tag
from licorne.domain.identity.actor import Actor
from licorne.domain.identity.ids import OrganizationId


class Outcome(enum.StrEnum):
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """A row of the audit trail. ``detail`` is a code: never content, a name or a number.

    ``via`` is the session, API token or app password through which it was done, where there is one.
    """

    id: uuid.UUID
    organization: OrganizationId | None  # none: the installation's own chain
    at: datetime
    tag: Tag
    actor: Actor
    subject: uuid.UUID | None = None
    outcome: Outcome = Outcome.DONE
    detail: str | None = None
    via: uuid.UUID | None = None


def canonical_bytes(event: AuditEvent) -> bytes:
    """Encode an event for the hash chain: fields in order, joined by a byte none can hold.

    ``via`` came later: an event without one has the bytes that it always had.
    """
    fields = (
        str(event.id),
        str(event.organization or ""),
        event.at.isoformat(timespec="microseconds"),
        event.tag.value,
        event.actor.kind.value,
        str(event.actor.id),
        str(event.subject or ""),
        event.outcome.value,
        event.detail or "",
        *(() if event.via is None else (str(event.via),)),
    )
    return "\x1f".join(fields).encode()
