"""A contact tells the passphrase that the practice gave them, before or after claiming."""

from dataclasses import dataclass

from licorne.application.receiving.challenge_ticket import ProvedChallenge, write_ticket
from licorne.application.receiving.challenge_tries import (
    ChallengeLocked,
    ChallengeTries,
    KeyOpener,
    Met,
    NothingToProve,
    NotMet,
)
from licorne.application.receiving.contact_acts import ContactActs
from licorne.application.receiving.locate_link import Located, LocateLink
from licorne.application.receiving.waiting_mailbox import WaitingMailbox
from licorne.application.signed_in_contact import SignedInContact
from licorne.domain.identity.actor import Actor
from licorne.domain.identity.ids import DeliveryId
from licorne.domain.pickup.challenge import ChallengeState
from licorne.domain.pickup.door import Door
from licorne.domain.sealing.records import CopyClass
from licorne.ports.randomness import Randomness
from licorne.ports.slot_store import SlotDestroyed, SlotStore
from licorne.store import challenges, deliveries, mailboxes, sealed_messages
from licorne.store.database import Connection, Database
from licorne.vault.granting import GrantingAct
from licorne.vault.key_directory import KeyDirectory
from licorne.vault.keyring import Keyring
from licorne.vault.reader_keys import OpenReaderKey


@dataclass(frozen=True, slots=True)
class Proved:
    """The passphrase was right. ``ticket`` goes with the form that sets the password."""

    ticket: str


class ProveChallenge:
    """Before a mailbox is claimed: proof for the page that sets the password."""

    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        locate: LocateLink,
        waiting: WaitingMailbox,
        tries: ChallengeTries,
        acts: ContactActs,
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._locate = locate
        self._waiting = waiting
        self._tries = tries
        self._acts = acts

    async def __call__(
        self, token: str, passphrase: str
    ) -> Proved | NotMet | ChallengeLocked | NothingToProve:
        """Try a passphrase. Raises `PasswordsBusy` and ``SealBroken``."""
        now = self._acts.now()
        located = await self._locate(token, now)
        if located is None or located.challenged is None:
            return NothingToProve()
        if located.door(now) not in {Door.PASSPHRASE, Door.LOCKED}:
            return NothingToProve()
        organization, delivery = located.organization.id, located.challenged.delivery
        met = await self._tries(organization, delivery, self._key_of(located), passphrase)
        if not isinstance(met, Met):
            return met
        async with self._database.tenant(organization) as connection:
            await self._tries.succeeded(connection, organization, delivery, Actor.nobody())
        proved = ProvedChallenge(delivery, met.secret)
        return Proved(write_ticket(self._keyring, organization, located.mailbox.id, proved, now))

    def _key_of(self, located: Located) -> KeyOpener:
        async def open_key(connection: Connection) -> OpenReaderKey:
            key, _slot = await self._waiting.open(
                connection, located.organization.id, located.mailbox.id
            )
            return key

        return open_key


class ProveDelivery:
    """After claiming: a right passphrase takes the challenge off this delivery for good."""

    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        directory: KeyDirectory,
        slots: SlotStore,
        tries: ChallengeTries,
        acts: ContactActs,
        randomness: Randomness,
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._directory = directory
        self._slots = slots
        self._tries = tries
        self._acts = acts
        self._randomness = randomness

    async def __call__(
        self, contact: SignedInContact, delivery: DeliveryId, passphrase: str
    ) -> Met | NotMet | ChallengeLocked | NothingToProve:
        """Try a passphrase. Raises `PasswordsBusy` and ``SealBroken``."""
        organization = contact.organization.id
        async with self._database.tenant(organization) as connection:
            row = await deliveries.fetch(connection, organization, delivery)
        if row is None or row.mailbox != contact.mailbox.id:
            return NothingToProve()

        async def open_key(_connection: Connection) -> OpenReaderKey:
            return contact.key

        met = await self._tries(organization, delivery, open_key, passphrase)
        if not isinstance(met, Met):
            return met
        try:
            slot_secret = await self._slots.read(met.stored.contact_slot)
        except SlotDestroyed:
            return NothingToProve()
        async with self._database.tenant(organization) as connection:
            await self._tries.succeeded(connection, organization, delivery, contact.actor)
            if await challenges.set_state(
                connection, organization, delivery, ChallengeState.PROVED
            ):
                await self._grant_anew(connection, contact, met, slot_secret)
                await mailboxes.raise_proof(connection, organization, contact.mailbox.id)
        return met

    async def _grant_anew(
        self, connection: Connection, contact: SignedInContact, met: Met, slot_secret: bytes
    ) -> None:
        act = GrantingAct(
            self._keyring,
            self._randomness,
            organization=met.stored.organization,
            message=met.stored.id,
            act_id=self._acts.new_id(),
            granter=contact.mailbox.id,
        )
        met.opened.grant(
            act,
            grant_id=self._acts.new_id(),
            copy=CopyClass.CONTACT,
            slot_secret=slot_secret,
            reader=self._directory.checked(contact.key.row),
            delivery=met.grant.delivery,
        )
        await sealed_messages.add_grants(connection, act.sign(met.stored.header), act.grants)
        await sealed_messages.remove_grants(connection, met.stored.organization, [met.grant])
