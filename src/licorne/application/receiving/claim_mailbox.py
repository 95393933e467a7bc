"""The first visit: a contact sets a password, and the mailbox becomes theirs.

Claiming makes a new key pair, grants anew what waits, and destroys the provisional pair with its
slot: an older backup opens none of it (threat 9). It runs under a lock of the mailbox's row; who
loses the race gets the password page, and the sender is told.
"""

from dataclasses import dataclass

from licorne.application.receiving.challenge_ticket import ProvedChallenge, read_ticket
from licorne.application.receiving.contact_acts import ContactActs
from licorne.application.receiving.contact_sessions import ContactSessions
from licorne.application.receiving.locate_link import Located, LocateLink
from licorne.application.receiving.new_mailbox_key import NewMailboxKey, make_mailbox_key
from licorne.application.receiving.new_password import check_new_password
from licorne.application.receiving.regrant_waiting import RegrantWaiting
from licorne.application.receiving.waiting_mailbox import WaitingMailbox
from licorne.domain.audit.event import Outcome
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.actor import Actor, ActorKind
from licorne.domain.identity.ids import DeliveryId, MailboxId
from licorne.domain.mailbox.proof import MailboxState, Proof
from licorne.domain.message.delivery_state import DeliveryState
from licorne.domain.pickup.challenge import ChallengeState
from licorne.domain.pickup.door import Door
from licorne.domain.pickup.password_rules import RefusedPassword
from licorne.domain.sealing.faults import WrongPassphrase
from licorne.domain.sealing.records import SlotReference, UnlockMethod
from licorne.ports.randomness import Randomness
from licorne.ports.slot_store import SlotStore
from licorne.store import challenges, deliveries, mailboxes, reader_keys, shredding
from licorne.store.database import Connection, Database
from licorne.store.events import Change, Changed, announce_change
from licorne.store.jobs import Shred, enqueue
from licorne.vault.keyring import Keyring
from licorne.vault.passwords import PasswordVault
from licorne.vault.reader_keys import point_to

CLAIM_LOST = "claim_lost"


@dataclass(frozen=True, slots=True)
class Claimed:
    cookie: str
    mailbox: MailboxId
    delivery: DeliveryId


@dataclass(frozen=True, slots=True)
class ClaimLost:
    """Somebody else was quicker, or it had been claimed before: the password page follows."""


@dataclass(frozen=True, slots=True)
class NotClaimable:
    """The link leads elsewhere now (to a passphrase, or it has expired): visit it again."""


class _Taken(Exception):
    pass


class ClaimMailbox:
    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        passwords: PasswordVault,
        slots: SlotStore,
        randomness: Randomness,
        locate: LocateLink,
        waiting: WaitingMailbox,
        regrant: RegrantWaiting,
        sessions: ContactSessions,
        acts: ContactActs,
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._passwords = passwords
        self._slots = slots
        self._randomness = randomness
        self._locate = locate
        self._waiting = waiting
        self._regrant = regrant
        self._sessions = sessions
        self._acts = acts

    async def __call__(
        self, token: str, password: str, ticket: str | None, earlier_cookie: str | None
    ) -> Claimed | ClaimLost | NotClaimable | RefusedPassword:
        """Claim the mailbox that a link leads to. Raises `PasswordsBusy` and ``SealBroken``."""
        now = self._acts.now()
        located = await self._locate(token, now)
        if located is None:
            return NotClaimable()
        organization, mailbox = located.organization.id, located.mailbox
        proved = read_ticket(self._keyring, organization, mailbox.id, ticket, now)
        door = located.door(now)
        if door is Door.SIGN_IN:
            return await self._lost(located)
        if door is not Door.SET_PASSWORD and not (door is Door.PASSPHRASE and proved):
            return NotClaimable()
        accepted = check_new_password(self._keyring, located, password)
        if isinstance(accepted, RefusedPassword):
            return accepted
        new = await make_mailbox_key(
            self._keyring,
            self._passwords,
            self._randomness,
            self._acts.new_id,
            organization,
            mailbox.id,
            accepted.normalised,
        )
        secret = self._sessions.new_cookie()
        try:
            slot = await self._claim_under_lock(located, new, proved, secret)
        except _Taken:
            return await self._lost(located)
        except WrongPassphrase:  # a member has set another one meanwhile
            return NotClaimable()
        if slot is None:
            return NotClaimable()
        await self._slots.destroy(slot)
        cookie = await self._sessions.carry_over(
            earlier_cookie, secret, mailbox.id, located.contact.number_lookup
        )
        return Claimed(cookie, mailbox.id, located.delivery.id)

    async def _claim_under_lock(
        self,
        located: Located,
        new: NewMailboxKey,
        proved: ProvedChallenge | None,
        secret: bytes,
    ) -> SlotReference | None:
        """Claim in one transaction; nothing where a passphrase stands before it after all."""
        organization, mailbox = located.organization.id, located.mailbox.id
        async with self._database.tenant(organization) as connection:
            locked = await mailboxes.fetch(connection, organization, mailbox, lock=True)
            if locked is None or locked.state is not MailboxState.WAITING:
                raise _Taken
            if not await self._may_claim(connection, located, proved):
                return None
            slot = await self._claim(connection, located, new, proved)
            await self._sessions.begin(connection, secret, new.key, mailbox)
            return slot

    async def _may_claim(
        self, connection: Connection, located: Located, proved: ProvedChallenge | None
    ) -> bool:
        """Ask again under the lock: a challenged message may have come meanwhile."""
        organization, mailbox = located.organization.id, located.mailbox.id
        waiting = await mailboxes.waiting_challenge(
            connection, organization, mailbox, self._acts.now()
        )
        if waiting is None:
            return True
        if proved is None:
            return False
        row = await deliveries.fetch(connection, organization, proved.delivery)
        return (
            row is not None
            and row.mailbox == mailbox
            and row.challenge == ChallengeState.WAITING.value
        )

    async def _claim(
        self,
        connection: Connection,
        located: Located,
        new: NewMailboxKey,
        proved: ProvedChallenge | None,
    ) -> SlotReference:
        organization, mailbox, now = located.organization.id, located.mailbox.id, self._acts.now()
        provisional, slot = await self._waiting.open(connection, organization, mailbox)
        pointer = await reader_keys.fetch_current(connection, organization, mailbox)
        await reader_keys.add_key(connection, new.key.row, now)
        await reader_keys.add_wrap(connection, new.wrap, now)
        # From here on nothing is sealed to the provisional key: this waits for what is under way.
        await reader_keys.make_current(
            connection,
            point_to(self._keyring, new.key.row, pointer.version + 1 if pointer else 1),
        )
        await self._regrant(connection, provisional, new.key.row, proved)
        await reader_keys.remove_wraps(
            connection, organization, provisional.row.id, UnlockMethod.ENROL
        )
        order = self._acts.new_id()
        await shredding.order(connection, organization, order, now, slot=slot)
        await enqueue(connection, Shred(organization, order))
        await mailboxes.mark_claimed(
            connection,
            organization,
            mailbox,
            Proof.PASSPHRASE if proved else Proof.FIRST_VISITOR,
            now,
        )
        await self._write_down(connection, located, proved)
        return slot

    async def _write_down(
        self, connection: Connection, located: Located, proved: ProvedChallenge | None
    ) -> None:
        organization, mailbox = located.organization.id, located.mailbox.id
        owner = Actor(ActorKind.CONTACT, mailbox)
        if proved is not None:
            await challenges.set_state(
                connection, organization, proved.delivery, ChallengeState.PROVED
            )
        await self._acts.record(
            connection,
            organization,
            Tag.MAILBOX_CLAIMED,
            mailbox,
            actor=owner,
            detail="passphrase" if proved else "first_visitor",
        )
        await self._acts.move(connection, organization, located.delivery.id, DeliveryState.PROVED)
        await announce_change(connection, Change(organization, Changed.MAILBOX, mailbox))

    async def _lost(self, located: Located) -> ClaimLost:
        """Tell the sender that two people tried to be the first."""
        organization, delivery = located.organization.id, located.delivery.id
        async with self._database.tenant(organization) as connection:
            await self._acts.record(
                connection,
                organization,
                Tag.MAILBOX_CLAIM_LOST,
                located.mailbox.id,
                outcome=Outcome.REFUSED,
            )
            await self._acts.tell(connection, organization, delivery, CLAIM_LOST)
        return ClaimLost()
