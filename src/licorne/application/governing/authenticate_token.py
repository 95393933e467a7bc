"""Recognises a program by its API token: one look-up, shared by all who call at the same time.

Tokens are random and kept as HMACs, so that no slow hash stands on the way in. Unknown, expired,
revoked and suspended get one answer; the trail tells which it was.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from licorne.application.new_ids import NewIds
from licorne.application.outside_refusals import OutsideRefusals
from licorne.application.throttle import Limit, Throttle
from licorne.domain.audit.event import AuditEvent, Outcome
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.actor import Actor
from licorne.domain.identity.api_token import Scope
from licorne.domain.identity.ids import OrganizationId, TokenId
from licorne.ports.clock import Clock
from licorne.ports.randomness import Randomness
from licorne.store import audit, tokens
from licorne.store.batcher import Batcher
from licorne.store.database import Database
from licorne.store.tokens import FoundToken
from licorne.vault.access_secrets import api_token_lookup
from licorne.vault.keyring import Keyring

_USE_IS_KEPT_TO = timedelta(minutes=1)
_WRONG_TOKENS = Limit("api-client", 60, timedelta(minutes=10))


@dataclass(frozen=True, slots=True)
class ApiCaller:
    """Who calls, what they may do, and how the numbers that they write are read."""

    organization: OrganizationId
    token: TokenId
    actor: Actor
    scopes: frozenset[Scope]
    region: str
    text_domains: frozenset[str]


@dataclass(frozen=True, slots=True)
class TokenRefused:
    """``throttled``: this client showed too many wrong tokens lately."""

    throttled: bool


class AuthenticateToken:
    def __init__(
        self, database: Database, keyring: Keyring, clock: Clock, randomness: Randomness
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._clock = clock
        self._new_id = NewIds(clock, randomness)
        self._throttle = Throttle(database, keyring, clock)
        self._outside = OutsideRefusals(database, keyring, clock, randomness)
        self._batcher = Batcher(self._find_all)

    async def __call__(self, token: str, client: str) -> ApiCaller | TokenRefused:
        """Say who shows this token; ``client`` is the caller's address, for the limit on tries."""
        found = await self._batcher.submit(api_token_lookup(self._keyring, token))
        now = self._clock.now()
        why_not = "unknown" if found is None else _why_not(found, now)
        if found is None or why_not is not None:
            return await self._refuse(found, why_not or "unknown", client)
        if found.last_used_at is None or now - found.last_used_at >= _USE_IS_KEPT_TO:
            async with self._database.tenant(found.organization) as connection:
                await tokens.note_use(connection, found.organization, found.id, now)
        return ApiCaller(
            organization=found.organization,
            token=found.id,
            actor=found.actor,
            scopes=found.scopes,
            region=found.region,
            text_domains=found.text_domains,
        )

    async def _find_all(self, lookups: Sequence[bytes]) -> list[FoundToken | None]:
        async with self._database.before_tenant() as connection:
            return await tokens.find_all(connection, lookups)

    async def _refuse(self, found: FoundToken | None, why: str, client: str) -> TokenRefused:
        if not await self._throttle.allows((_WRONG_TOKENS, client)):
            return TokenRefused(throttled=True)
        if found is None:
            await self._outside.record(Tag.API_REFUSED, client, why)
        else:
            async with self._database.tenant(found.organization) as connection:
                event = AuditEvent(
                    id=self._new_id(),
                    organization=found.organization,
                    at=self._clock.now(),
                    tag=Tag.API_REFUSED,
                    actor=Actor.nobody(),
                    subject=found.id,
                    outcome=Outcome.REFUSED,
                    detail=why,
                )
                await audit.record(connection, event)
        return TokenRefused(throttled=False)


def _why_not(found: FoundToken, now: datetime) -> str | None:
    if found.revoked:
        return "revoked"
    if found.suspended:
        return "suspended"
    if found.expires_at <= now:
        return "expired"
    return None
