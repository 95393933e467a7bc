"""What happens to a wrong app password: counted by client address and by account, and recorded.

Guesses beyond the limits are told apart from mistakes and not recorded one by one, or a flood of
them would fill the audit. A right app password always serves: it has 140 random bits, so that no
guessing gets there, and one program with an old password must not lock its whole practice out.
"""

from datetime import timedelta
from uuid import UUID

from licorne.application.new_ids import NewIds
from licorne.domain.audit.event import AuditEvent, Outcome
from licorne.domain.audit.signed_head import INSTALLATION_CHAIN
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.actor import Actor
from licorne.domain.identity.ids import OrganizationId
from licorne.ports.clock import Clock
from licorne.ports.randomness import Randomness
from licorne.store import audit, members, rate_buckets
from licorne.store.app_passwords import FoundAppPassword
from licorne.store.database import Connection, Database
from licorne.vault.keyring import Keyring

_WINDOW = timedelta(minutes=10)
_TRIES_PER_CLIENT = 30
_TRIES_PER_ACCOUNT = 10
_STRANGERS_WINDOW = timedelta(minutes=1)


class RefusedSignIns:
    def __init__(
        self, database: Database, keyring: Keyring, clock: Clock, randomness: Randomness
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._clock = clock
        self._new_id = NewIds(clock, randomness)

    async def take(
        self, account: bytes | None, client: str, found: FoundAppPassword | None
    ) -> bool:
        """Count and record one; False when there were too many of them lately.

        ``account`` is the look-up of what was typed as user name, ``found`` whose app password it
        was, if anybody's.
        """
        async with self._database.before_tenant() as connection:
            if not await self._count(connection, account or b"", client):
                return False
            organization: OrganizationId | None = None
            subject: UUID | None = None
            if found is not None:
                organization, subject = found.organization, found.id
            elif account is not None:
                organization, subject = await members.find(connection, account) or (None, None)
            if organization is None and not await self._first_of_minute(connection, client):
                return True
        now = self._clock.now()
        chain = organization or OrganizationId(INSTALLATION_CHAIN)
        async with self._database.tenant(chain) as connection:
            await audit.record(
                connection,
                AuditEvent(
                    self._new_id(),
                    organization,
                    now,
                    Tag.SUBMISSION_REFUSED,
                    Actor.nobody(),
                    subject,
                    Outcome.REFUSED,
                ),
            )
        return True

    async def _count(self, connection: Connection, account: bytes, client: str) -> bool:
        by_client = await self._bucket(connection, "submission-client", client, _TRIES_PER_CLIENT)
        by_account = await self._bucket(
            connection, "submission-account", account, _TRIES_PER_ACCOUNT
        )
        return by_client and by_account

    async def _first_of_minute(self, connection: Connection, client: str) -> bool:
        # Refusals of nobody's account: one row per source and minute.
        return await self._bucket(connection, "submission-stranger", client, 1, _STRANGERS_WINDOW)

    async def _bucket(
        self,
        connection: Connection,
        kind: str,
        value: str | bytes,
        most: int,
        window: timedelta = _WINDOW,
    ) -> bool:
        bucket = self._keyring.lookup(f"bucket:{kind}", value)
        return await rate_buckets.take(connection, bucket, most, window, self._clock.now())
