"""Links audit events into their organizations' chains, and keeps signed heads elsewhere.

Events are inserted by the transactions that they tell of and linked here within a second, by one
worker at a time per chain, so that the chain never slows those transactions down. A head is signed
and kept outside the database once a minute while a chain grows.
"""

from licorne.domain.audit.chain import ChainHead, ChainLink, next_link
from licorne.domain.audit.event import AuditEvent, canonical_bytes
from licorne.domain.audit.signed_head import SignedHead, chain_start, signed_bytes
from licorne.domain.identity.ids import OrganizationId
from licorne.ports.clock import Clock
from licorne.ports.head_log import HeadLog
from licorne.store import audit_chain
from licorne.store.database import Database
from licorne.vault.keyring import Keyring

HEAD_EVERY = 60.0  # seconds
_MOST_AT_ONCE = 500


class SequenceAudit:
    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        heads: HeadLog,
        clock: Clock,
        *,
        head_every: float = HEAD_EVERY,
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._heads = heads
        self._clock = clock
        self._head_every = head_every
        self._grown: dict[OrganizationId, ChainHead] = {}  # since their last kept head
        self._kept_at: dict[OrganizationId, float] = {}

    async def __call__(self) -> int:
        """Link what waits, keep the heads that are due; give how many events were linked."""
        linked = 0
        async with self._database.before_tenant() as connection:
            chains = await audit_chain.chains_to_link(connection, _MOST_AT_ONCE)
        for chain in chains:
            linked += await self.link(chain)
        await self._keep_heads(only_due=True)
        return linked

    async def link(self, chain: OrganizationId) -> int:
        """Link what waits in one chain."""
        linked = 0
        while batch := await self._link_batch(chain):
            linked += batch
        return linked

    async def keep_heads(self) -> None:
        """Keep the heads of all chains that have grown: before a stop, and before a check."""
        await self._keep_heads(only_due=False)

    async def _link_batch(self, chain: OrganizationId) -> int:
        async with self._database.tenant(chain) as connection:
            if not await audit_chain.be_the_sequencer(connection, chain):
                return 0  # another worker is at it
            events = await audit_chain.pending(connection, chain, _MOST_AT_ONCE)
            if not events:
                return 0
            start = await audit_chain.head(connection, chain) or chain_start(chain)
            links = _links(start, events)
            await audit_chain.append(connection, chain, links, events, self._clock.now())
        self._grown[chain] = ChainHead(links[-1].sequence, links[-1].hash)
        return len(events)

    async def _keep_heads(self, *, only_due: bool) -> None:
        now = self._clock.monotonic()
        for chain, head in list(self._grown.items()):
            kept_at = self._kept_at.get(chain)
            if only_due and kept_at is not None and now - kept_at < self._head_every:
                continue
            at = self._clock.now()
            signature = self._keyring.sign(signed_bytes(chain, head, at))
            await self._heads.append(SignedHead(chain, head, at, signature))
            if self._grown.get(chain) == head:  # it may have grown on, or be kept, meanwhile
                del self._grown[chain]
            self._kept_at[chain] = now


def _links(start: ChainHead, events: tuple[AuditEvent, ...]) -> list[ChainLink]:
    links: list[ChainLink] = []
    head = start
    for event in events:
        link = next_link(head, canonical_bytes(event))
        links.append(link)
        head = ChainHead(link.sequence, link.hash)
    return links
