"""Tries a delivery's passphrase: counts first, checks then, tells the sender either way.

The try is counted and committed before the slow hash runs, so that tries made at once count, too;
after five the delivery locks until a member sets a new passphrase (threat 2).
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from licorne.application.receiving.contact_acts import ContactActs
from licorne.application.receiving.open_sealed import CopyEnded, NotGranted, SealedReader
from licorne.domain.audit.event import Outcome
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.actor import Actor
from licorne.domain.identity.ids import DeliveryId, OrganizationId
from licorne.domain.message.delivery_state import DeliveryState
from licorne.domain.pickup.challenge import MOST_TRIES, ChallengeState, tries_left
from licorne.domain.pickup.passphrase import normalised_passphrase
from licorne.domain.sealing.faults import PasswordsBusy, WrongPassphrase
from licorne.domain.sealing.records import Grant, SealedPart
from licorne.store import challenges, deliveries, sealed_messages
from licorne.store.database import Connection, Database
from licorne.store.sealed_messages import StoredMessage
from licorne.vault.challenges import ChallengeSecret
from licorne.vault.opened_message import OpenedMessage, UnwrappedGrant
from licorne.vault.passwords import PasswordVault
from licorne.vault.reader_keys import OpenReaderKey

CHALLENGE_FAILED = "challenge_failed"
CHALLENGE_LOCKED = "challenge_locked"

KeyOpener = Callable[[Connection], Awaitable[OpenReaderKey]]


@dataclass(frozen=True, slots=True)
class Met:
    """The passphrase was right: what it came to, and the message that it opened."""

    stored: StoredMessage
    grant: Grant
    secret: ChallengeSecret = field(repr=False)
    opened: OpenedMessage = field(repr=False)


@dataclass(frozen=True, slots=True)
class NotMet:
    tries_left: int


@dataclass(frozen=True, slots=True)
class ChallengeLocked:
    """No more tries; a member can set a new passphrase."""


@dataclass(frozen=True, slots=True)
class NothingToProve:
    """The delivery has no challenge any more: look again where it stands."""


@dataclass(frozen=True, slots=True)
class _Lock:
    stored: StoredMessage
    unwrapped: UnwrappedGrant
    parts: list[SealedPart]


class ChallengeTries:
    def __init__(
        self,
        database: Database,
        passwords: PasswordVault,
        reader: SealedReader,
        acts: ContactActs,
    ) -> None:
        self._database = database
        self._passwords = passwords
        self._reader = reader
        self._acts = acts

    async def __call__(
        self,
        organization: OrganizationId,
        delivery: DeliveryId,
        open_key: KeyOpener,
        passphrase: str,
    ) -> Met | NotMet | ChallengeLocked | NothingToProve:
        """Try once. Raises `PasswordsBusy` (that try isn't counted) and ``SealBroken``."""
        async with self._database.tenant(organization) as connection:
            tries = await challenges.count_try(connection, organization, delivery)
        if tries is None:
            return await self._why_no_more(organization, delivery)
        lock = await self._lock(organization, delivery, open_key)
        if lock is None or lock.unwrapped.grant.challenge is None:
            return NothingToProve()
        try:
            secret = await self._passwords.answer_challenge(
                lock.unwrapped.grant.challenge, normalised_passphrase(passphrase)
            )
            opened = await self._reader.unlock(lock.stored, lock.unwrapped, lock.parts, secret)
        except PasswordsBusy:
            async with self._database.tenant(organization) as connection:
                await challenges.give_back_try(connection, organization, delivery)
            raise
        except WrongPassphrase:
            return await self._failed(organization, delivery, tries)
        except CopyEnded:
            return NothingToProve()
        return Met(lock.stored, lock.unwrapped.grant, secret, opened)

    async def succeeded(
        self,
        connection: Connection,
        organization: OrganizationId,
        delivery: DeliveryId,
        actor: Actor,
    ) -> None:
        """Write down a right passphrase, within the transaction of what it allows."""
        await challenges.clear_tries(connection, organization, delivery)
        await self._acts.move(connection, organization, delivery, DeliveryState.PROVED)
        await self._acts.record(
            connection, organization, Tag.CHALLENGE_PROVED, delivery, actor=actor
        )

    async def _why_no_more(
        self, organization: OrganizationId, delivery: DeliveryId
    ) -> ChallengeLocked | NothingToProve:
        async with self._database.tenant(organization) as connection:
            row = await deliveries.fetch(connection, organization, delivery)
            if row is None or row.challenge in {ChallengeState.NONE, ChallengeState.PROVED}:
                return NothingToProve()
            await self._lock_for_good(connection, organization, delivery)
        return ChallengeLocked()

    async def _lock(
        self, organization: OrganizationId, delivery: DeliveryId, open_key: KeyOpener
    ) -> _Lock | None:
        async with self._database.tenant(organization) as connection:
            row = await deliveries.fetch(connection, organization, delivery)
            if row is None:
                return None
            stored = await sealed_messages.fetch_message(connection, organization, row.message)
            if stored is None:
                return None
            key = await open_key(connection)
            parts = await sealed_messages.fetch_parts(connection, organization, stored.id)
            try:
                unwrapped = await self._reader.unwrap(connection, stored, key, delivery=delivery)
            except NotGranted:
                return None
            return _Lock(stored, unwrapped, parts)

    async def _failed(
        self, organization: OrganizationId, delivery: DeliveryId, tries: int
    ) -> NotMet | ChallengeLocked:
        async with self._database.tenant(organization) as connection:
            await self._acts.record(
                connection,
                organization,
                Tag.CHALLENGE_FAILED,
                delivery,
                outcome=Outcome.REFUSED,
                detail=f"try {tries}",
            )
            await self._acts.tell(
                connection, organization, delivery, CHALLENGE_FAILED, f"try {tries}"
            )
            if tries < MOST_TRIES:
                return NotMet(tries_left(tries))
            await self._lock_for_good(connection, organization, delivery)
        return ChallengeLocked()

    async def _lock_for_good(
        self, connection: Connection, organization: OrganizationId, delivery: DeliveryId
    ) -> None:
        if await challenges.set_state(connection, organization, delivery, ChallengeState.LOCKED):
            await self._acts.record(
                connection,
                organization,
                Tag.CHALLENGE_LOCKED,
                delivery,
                outcome=Outcome.REFUSED,
            )
            await self._acts.tell(connection, organization, delivery, CHALLENGE_LOCKED)
