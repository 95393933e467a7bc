"""Checks an organization's audit trail: is every row what it was, in its place, and all there?

45 CFR 164.312(b), (c)(1). Who edits a row breaks the chain; who computes the whole chain anew
meets the signed heads that lie outside the database.
"""

import enum
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from licorne.application.keeping.sequence_audit import SequenceAudit
from licorne.application.new_ids import NewIds
from licorne.domain.audit.chain import BreakKind, ChainBreak, ChainHead, verify_chain
from licorne.domain.audit.event import AuditEvent
from licorne.domain.audit.signed_head import (
    INSTALLATION_CHAIN,
    SignedHead,
    chain_start,
    signed_bytes,
)
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.actor import Actor
from licorne.domain.identity.ids import OrganizationId
from licorne.domain.sealing.faults import SealBroken
from licorne.ports.clock import Clock
from licorne.ports.head_log import HeadLog
from licorne.ports.randomness import Randomness
from licorne.store import audit, audit_chain
from licorne.store.database import Database
from licorne.vault.keyring import Keyring

# The sequencer links within a second; an event that is a minute behind was kept from it.
PATIENCE = timedelta(minutes=1)
_PAGE = 1000


class FindingKind(enum.StrEnum):
    EDITED = "edited"
    MISSING = "missing"
    REORDERED = "reordered"
    UNLINKED = "unlinked"
    TRUNCATED = "truncated"
    HEAD_FORGED = "head_forged"

    @property
    def sentence(self) -> str:
        return _SENTENCES[self]


_SENTENCES = {
    FindingKind.EDITED: "An entry is not what it was when it was written.",
    FindingKind.MISSING: "Entries were taken out of the trail.",
    FindingKind.REORDERED: "Entries don't stand in the order in which they were written.",
    FindingKind.UNLINKED: "An entry was kept from being linked although later ones are.",
    FindingKind.TRUNCATED: "The end of the trail was cut off: a kept head lies beyond it.",
    FindingKind.HEAD_FORGED: "A kept head doesn't bear this installation's signature.",
}
_OF_BREAK = {
    BreakKind.EDITED: FindingKind.EDITED,
    BreakKind.MISSING: FindingKind.MISSING,
    BreakKind.REORDERED: FindingKind.REORDERED,
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Where the trail doesn't hold: a place in the chain, or an event that has none."""

    kind: FindingKind
    sequence: int | None = None
    event: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class AuditReport:
    """``head`` is what the chain reaches, as far as it holds; write it down elsewhere."""

    chain: OrganizationId
    head: ChainHead
    pending: int  # committed while we looked; the sequencer will link them
    heads_checked: int
    findings: tuple[Finding, ...]

    @property
    def holds(self) -> bool:
        return not self.findings


class VerifyAudit:
    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        heads: HeadLog,
        sequencer: SequenceAudit,
        clock: Clock,
        randomness: Randomness,
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._heads = heads
        self._sequencer = sequencer
        self._clock = clock
        self._new_id = NewIds(clock, randomness)

    async def chains(self) -> tuple[OrganizationId, ...]:
        """Name all chains: every organization's, and the installation's under the nil id."""
        async with self._database.before_tenant() as connection:
            return await audit_chain.all_chains(connection)

    async def __call__(
        self,
        chain: OrganizationId,
        by: Actor,
        brought: Sequence[SignedHead] = (),
    ) -> AuditReport:
        """Link what waits, follow the chain from its start, and meet every kept head.

        ``brought`` are heads from a copy that the operator kept elsewhere. That the trail was
        checked, and whether it held, is itself an event of it.
        """
        await self._sequencer.link(chain)
        kept = (*await self._heads.read(chain), *brought)
        genuine = [head for head in kept if head.chain == chain and self._is_ours(head)]
        findings = [
            Finding(FindingKind.HEAD_FORGED, head.head.sequence)
            for head in kept
            if head.chain == chain and not self._is_ours(head)
        ]
        reached = await self._follow(chain, [head.head for head in genuine], findings)
        async with self._database.tenant(chain) as connection:
            hidden = await audit_chain.never_linked(connection, chain, PATIENCE)
            pending = await audit_chain.count_pending(connection, chain)
            findings += [Finding(FindingKind.UNLINKED, event=event) for event in hidden]
            await audit.record(
                connection,
                AuditEvent(
                    id=self._new_id(),
                    organization=None if chain == INSTALLATION_CHAIN else chain,
                    at=self._clock.now(),
                    tag=Tag.AUDIT_VERIFIED,
                    actor=by,
                    detail=findings[0].kind.value if findings else "holds",
                ),
            )
        return AuditReport(chain, reached, pending, len(genuine), tuple(findings))

    async def _follow(
        self, chain: OrganizationId, heads: list[ChainHead], findings: list[Finding]
    ) -> ChainHead:
        """Follow the chain page by page; add the first break, and heads that it never reaches."""
        reached = chain_start(chain)
        while True:
            async with self._database.tenant(chain) as connection:
                page = await audit_chain.links_after(connection, chain, reached.sequence, _PAGE)
            if not page:
                break
            last = page[-1].link.sequence
            due = [head for head in heads if reached.sequence < head.sequence <= last]
            outcome = verify_chain((linked.link for linked in page), reached, due)
            if isinstance(outcome, ChainBreak):
                findings.append(Finding(_OF_BREAK[outcome.kind], outcome.sequence))
                return reached
            reached = outcome
        beyond = [head.sequence for head in heads if head.sequence > reached.sequence]
        if beyond:
            findings.append(Finding(FindingKind.TRUNCATED, reached.sequence + 1))
        return reached

    def _is_ours(self, head: SignedHead) -> bool:
        try:
            self._keyring.verify(signed_bytes(head.chain, head.head, head.at), head.signature)
        except SealBroken:
            return False
        return True
