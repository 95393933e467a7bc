"""A forgotten password gives a new, empty mailbox at once; what was there before stays shut.

Holding the phone, or its number (threat 3), never opens old messages: they come back with a
member's grant after recording how identity was proved. The member is told.
"""

from dataclasses import dataclass
from datetime import timedelta

from licorne.application.receiving.contact_acts import ContactActs
from licorne.application.receiving.contact_sessions import ContactSessions
from licorne.application.receiving.locate_link import Located, LocateLink
from licorne.application.receiving.new_mailbox_key import NewMailboxKey, make_mailbox_key
from licorne.application.receiving.new_password import check_new_password
from licorne.application.throttle import Limit, Throttle
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.ids import MailboxId
from licorne.domain.pickup.door import Door
from licorne.domain.pickup.password_rules import RefusedPassword
from licorne.ports.randomness import Randomness
from licorne.store import contact_sessions, contacts, mailboxes, reader_keys
from licorne.store.database import Connection, Database
from licorne.store.events import Change, Changed, announce_change
from licorne.vault.contact_binding import contact_binding
from licorne.vault.keyring import Keyring
from licorne.vault.passwords import PasswordVault
from licorne.vault.personal_fields import number_lookup, open_contact_number
from licorne.vault.reader_keys import point_to

MAILBOX_RESET = "mailbox_reset"
PER_CONTACT = Limit("reset-contact", 3, timedelta(days=1))


@dataclass(frozen=True, slots=True)
class MailboxReset:
    cookie: str
    mailbox: MailboxId


@dataclass(frozen=True, slots=True)
class TooManyResets:
    pass


@dataclass(frozen=True, slots=True)
class NothingToReset:
    """The link leads elsewhere now: visit it again."""


class ForgotPassword:
    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        passwords: PasswordVault,
        randomness: Randomness,
        throttle: Throttle,
        locate: LocateLink,
        sessions: ContactSessions,
        acts: ContactActs,
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._passwords = passwords
        self._randomness = randomness
        self._throttle = throttle
        self._locate = locate
        self._sessions = sessions
        self._acts = acts

    async def __call__(
        self, token: str, password: str, earlier_cookie: str | None
    ) -> MailboxReset | RefusedPassword | TooManyResets | NothingToReset:
        """Start a new generation of the mailbox with a new password. Raises `PasswordsBusy`."""
        now = self._acts.now()
        located = await self._locate(token, now)
        if located is None or not may_reset(located, located.door(now)):
            return NothingToReset()
        accepted = check_new_password(self._keyring, located, password)
        if isinstance(accepted, RefusedPassword):
            return accepted
        if not await self._throttle.allows((PER_CONTACT, located.contact.id.bytes)):
            return TooManyResets()
        mailbox = MailboxId(self._acts.new_id())
        new = await make_mailbox_key(
            self._keyring,
            self._passwords,
            self._randomness,
            self._acts.new_id,
            located.organization.id,
            mailbox,
            accepted.normalised,
        )
        secret = self._sessions.new_cookie()
        async with self._database.tenant(located.organization.id) as connection:
            if not await self._reset(connection, located, new, mailbox):
                return NothingToReset()
            await self._sessions.begin(connection, secret, new.key, mailbox)
        cookie = await self._sessions.carry_over(
            earlier_cookie, secret, mailbox, located.contact.number_lookup
        )
        return MailboxReset(cookie, mailbox)

    async def _reset(
        self, connection: Connection, located: Located, new: NewMailboxKey, mailbox: MailboxId
    ) -> bool:
        organization, now = located.organization.id, self._acts.now()
        # The contact's row is locked first: resets at once come one after the other.
        contact = await contacts.fetch(connection, organization, located.contact.id, lock=True)
        if contact is None:
            return False
        earlier = await mailboxes.fetch(connection, organization, contact.mailbox, lock=True)
        if earlier is None or earlier.id != located.current.id or not earlier.is_claimed:
            return False
        # The number is taken from where it is sealed to this contact, not from its look-up column.
        phone = open_contact_number(self._keyring, organization, contact.id, contact.number_sealed)
        binding = contact_binding(
            self._keyring,
            organization,
            contact.id,
            number_lookup(self._keyring, phone),
            contact.number_epoch,
            mailbox,
        )
        await mailboxes.supersede(connection, earlier, mailbox, binding, now)
        await reader_keys.add_key(connection, new.key.row, now)
        await reader_keys.add_wrap(connection, new.wrap, now)
        await reader_keys.make_current(connection, point_to(self._keyring, new.key.row, 1))
        await contact_sessions.end_all_of(connection, organization, earlier.id)
        await self._acts.record(connection, organization, Tag.MAILBOX_RESET, mailbox)
        await self._acts.tell(connection, organization, located.delivery.id, MAILBOX_RESET)
        await announce_change(connection, Change(organization, Changed.MAILBOX, mailbox))
        return True


def may_reset(located: Located, door: Door) -> bool:
    """A link that is still good, to a mailbox that has a password."""
    return located.current.is_claimed and door in {Door.SIGN_IN, Door.SUPERSEDED}
