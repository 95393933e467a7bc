"""A contact signs in with the password of their mailbox; a link says which mailbox that is."""

from dataclasses import dataclass
from datetime import timedelta

from licorne.application.receiving.contact_acts import ContactActs
from licorne.application.receiving.contact_sessions import ContactSessions
from licorne.application.receiving.locate_link import Located, LocateLink
from licorne.application.throttle import Limit, Throttle
from licorne.domain.audit.event import Outcome
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.actor import Actor, ActorKind
from licorne.domain.identity.ids import DeliveryId, MailboxId
from licorne.domain.message.delivery_state import DeliveryState
from licorne.domain.pickup.door import Door
from licorne.domain.pickup.password_rules import normalised_password
from licorne.domain.sealing.faults import WrongPassword
from licorne.domain.sealing.records import DirectoryKey, PrivateKeyWrap, UnlockMethod
from licorne.store import mailboxes, reader_keys
from licorne.store.database import Connection, Database
from licorne.vault.passwords import PasswordVault
from licorne.vault.reader_keys import OpenReaderKey

_WINDOW = timedelta(minutes=15)
PER_MAILBOX = Limit("contact-sign-in-mailbox", 10, _WINDOW)
PER_ADDRESS = Limit("contact-sign-in-address", 60, _WINDOW)  # a household, a ward
PER_ORGANIZATION = Limit("contact-sign-in-organization", 3000, _WINDOW)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """``delivery`` is what the link led to, if the mailbox in force holds it."""

    cookie: str
    mailbox: MailboxId
    delivery: DeliveryId | None


@dataclass(frozen=True, slots=True)
class WrongPasswordGiven:
    pass


@dataclass(frozen=True, slots=True)
class TooManyTries:
    """Nothing was looked at; the person has to wait."""


@dataclass(frozen=True, slots=True)
class PasswordLocked:
    """A hundred wrong passwords in a row: only a new password helps."""


@dataclass(frozen=True, slots=True)
class NothingToSignInTo:
    """The link leads elsewhere now: visit it again."""


class SignIn:
    def __init__(
        self,
        database: Database,
        passwords: PasswordVault,
        throttle: Throttle,
        locate: LocateLink,
        sessions: ContactSessions,
        acts: ContactActs,
    ) -> None:
        self._database = database
        self._passwords = passwords
        self._throttle = throttle
        self._locate = locate
        self._sessions = sessions
        self._acts = acts

    async def __call__(
        self, token: str, password: str, *, address: str, earlier_cookie: str | None
    ) -> SignedIn | WrongPasswordGiven | TooManyTries | PasswordLocked | NothingToSignInTo:
        """Sign in to the contact's mailbox in force. Raises `PasswordsBusy`, ``SealBroken``."""
        now = self._acts.now()
        located = await self._locate(token, now)
        if located is None or located.door(now) is Door.UNKNOWN or not located.current.is_claimed:
            return NothingToSignInTo()
        if not await self._throttle.allows(
            (PER_MAILBOX, located.current.id.bytes),
            (PER_ADDRESS, address),
            (PER_ORGANIZATION, located.organization.id.bytes),
        ):
            return TooManyTries()
        if located.current.is_locked:
            return PasswordLocked()
        key, wrap = await self._locked_key(located)
        typed = normalised_password(password)
        try:
            opened = await self._passwords.unwrap_private_key(key, wrap, typed or "")
        except WrongPassword:
            await self._refused(located)
            return WrongPasswordGiven()
        secret = self._sessions.new_cookie()
        async with self._database.tenant(located.organization.id) as connection:
            if not await self._start(connection, located, opened, secret):
                return NothingToSignInTo()
        cookie = await self._sessions.carry_over(
            earlier_cookie, secret, located.current.id, located.contact.number_lookup
        )
        holds_it = located.mailbox.id == located.current.id
        return SignedIn(cookie, located.current.id, located.delivery.id if holds_it else None)

    async def _locked_key(self, located: Located) -> tuple[DirectoryKey, PrivateKeyWrap]:
        organization = located.organization.id
        async with self._database.tenant(organization) as connection:
            pointer = await reader_keys.fetch_current(connection, organization, located.current.id)
            if pointer is None:
                raise LookupError("a claimed mailbox without a pointer to its key")
            key = await reader_keys.fetch_key(connection, organization, pointer.key)
            if key is None:
                raise LookupError("a claimed mailbox without a key")
            wraps = await reader_keys.fetch_wraps(
                connection, organization, key.id, UnlockMethod.PASSWORD
            )
        if not wraps:
            raise LookupError("a claimed mailbox without a password")
        return key, wraps[-1]

    async def _start(
        self, connection: Connection, located: Located, opened: OpenReaderKey, secret: bytes
    ) -> bool:
        """Begin the session if the mailbox is still what it was before the slow hash."""
        organization, mailbox = located.organization.id, located.current.id
        locked = await mailboxes.fetch(connection, organization, mailbox, lock=True)
        if locked is None or not locked.is_claimed:
            return False
        await mailboxes.clear_failed_passwords(connection, organization, mailbox)
        await self._sessions.begin(connection, secret, opened, mailbox)
        await self._acts.record(
            connection,
            organization,
            Tag.CONTACT_SIGNED_IN,
            mailbox,
            actor=Actor(ActorKind.CONTACT, mailbox),
        )
        if located.mailbox.id == mailbox and located.delivery.challenge != "waiting":
            await self._acts.move(
                connection, organization, located.delivery.id, DeliveryState.PROVED
            )
        return True

    async def _refused(self, located: Located) -> None:
        organization, mailbox = located.organization.id, located.current.id
        async with self._database.tenant(organization) as connection:
            await mailboxes.count_failed_password(connection, organization, mailbox)
            await self._acts.record(
                connection,
                organization,
                Tag.CONTACT_SIGN_IN_FAILED,
                mailbox,
                outcome=Outcome.REFUSED,
            )
