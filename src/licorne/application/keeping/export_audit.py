"""Gives an organization's audit trail out, with the chain that shows it is whole.

Two forms, line by line in constant memory: JSON Lines, which a program can verify (the event's
fields, its place, the hashes, and at the end the signed heads), and CSV for reading.
"""

import csv
import enum
import io
import json
from collections.abc import AsyncIterator, Iterable

from licorne.application.new_ids import NewIds
from licorne.domain.audit.event import AuditEvent
from licorne.domain.audit.signed_head import INSTALLATION_CHAIN, SignedHead
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.actor import Actor
from licorne.domain.identity.ids import OrganizationId
from licorne.ports.clock import Clock
from licorne.ports.head_log import HeadLog
from licorne.ports.randomness import Randomness
from licorne.store import audit, audit_chain
from licorne.store.audit_chain import LinkedEvent
from licorne.store.database import Database

_PAGE = 1000
_COLUMNS = (
    "sequence", "at", "tag", "actor_kind", "actor_id", "subject_id", "outcome", "detail",
    "via", "event_id", "organization_id", "linked_at", "previous", "hash",
)  # fmt: skip


class ExportFormat(enum.StrEnum):
    JSON_LINES = "jsonl"
    CSV = "csv"


class ExportAudit:
    def __init__(
        self, database: Database, heads: HeadLog, clock: Clock, randomness: Randomness
    ) -> None:
        self._database = database
        self._heads = heads
        self._clock = clock
        self._new_id = NewIds(clock, randomness)

    async def __call__(
        self, chain: OrganizationId, form: ExportFormat, by: Actor
    ) -> AsyncIterator[str]:
        """Yield lines, each with its line end. That it was exported is written down first."""
        await self._record(chain, form, by)
        if form is ExportFormat.CSV:
            yield _csv_line(_COLUMNS)
        sequence = 0
        while True:
            async with self._database.tenant(chain) as connection:
                page = await audit_chain.links_after(connection, chain, sequence, _PAGE)
            for linked in page:
                fields = _fields(linked)
                yield _csv_line(fields.values()) if form is ExportFormat.CSV else _json_line(fields)
            if len(page) < _PAGE:
                break
            sequence = page[-1].link.sequence
        if form is ExportFormat.JSON_LINES:
            for head in await self._heads.read(chain):
                yield _json_line(_head_fields(head))

    async def _record(self, chain: OrganizationId, form: ExportFormat, by: Actor) -> None:
        async with self._database.tenant(chain) as connection:
            event = AuditEvent(
                id=self._new_id(),
                organization=None if chain == INSTALLATION_CHAIN else chain,
                at=self._clock.now(),
                tag=Tag.AUDIT_EXPORTED,
                actor=by,
                detail=form.value,
            )
            await audit.record(connection, event)


def _fields(linked: LinkedEvent) -> dict[str, str | int | None]:
    """Give a row in the order of `_COLUMNS`; an event that is gone leaves its fields empty."""
    link, event = linked.link, linked.event
    return {
        "sequence": link.sequence,
        "at": event.at.isoformat(timespec="microseconds") if event else None,
        "tag": event.tag.value if event else None,
        "actor_kind": event.actor.kind.value if event else None,
        "actor_id": str(event.actor.id) if event else None,
        "subject_id": str(event.subject) if event and event.subject else None,
        "outcome": event.outcome.value if event else None,
        "detail": event.detail if event else None,
        "via": str(event.via) if event and event.via else None,
        "event_id": str(event.id) if event else None,
        "organization_id": str(event.organization) if event and event.organization else None,
        "linked_at": linked.linked_at.isoformat(timespec="microseconds"),
        "previous": link.previous.hex(),
        "hash": link.hash.hex(),
    }


def _head_fields(head: SignedHead) -> dict[str, str | int | None]:
    return {
        "head": head.head.hash.hex(),
        "sequence": head.head.sequence,
        "chain": str(head.chain),
        "at": head.at.isoformat(timespec="microseconds"),
        "signature": head.signature.hex(),
    }


def _json_line(fields: dict[str, str | int | None]) -> str:
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")) + "\n"


def _csv_line(values: Iterable[str | int | None]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(values)
    return line.getvalue()
