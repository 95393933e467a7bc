"""A contact types their password again before something that outlasts the session.

Whoever finds a phone with a session open can read until it ends; they must not be able to stay.
"""

from datetime import timedelta

from licorne.application.receiving.contact_acts import ContactActs
from licorne.application.signed_in_contact import SignedInContact
from licorne.application.throttle import Limit, Throttle
from licorne.domain.audit.event import Outcome
from licorne.domain.audit.tags import Tag
from licorne.domain.pickup.password_rules import normalised_password
from licorne.domain.sealing.faults import WrongPassword
from licorne.domain.sealing.records import UnlockMethod
from licorne.domain.translatable import translatable
from licorne.store import reader_keys
from licorne.store.database import Database
from licorne.vault.passwords import PasswordVault

PER_MAILBOX = Limit("contact-prove-again", 10, timedelta(minutes=15))


class NotProved(Exception):
    """Recorded already. ``sentence`` is for the person."""

    def __init__(self, sentence: str) -> None:
        super().__init__("not_proved")
        self.sentence = sentence


class ProveOwner:
    def __init__(
        self, database: Database, passwords: PasswordVault, throttle: Throttle, acts: ContactActs
    ) -> None:
        self._database = database
        self._passwords = passwords
        self._throttle = throttle
        self._acts = acts

    async def __call__(self, contact: SignedInContact, password: str, act: Tag) -> None:
        """Raise `NotProved`, with the refusal of ``act`` recorded, and ``PasswordsBusy``."""
        organization, key = contact.organization.id, contact.key.row
        if not await self._throttle.allows((PER_MAILBOX, contact.mailbox.id.bytes)):
            await self._refuse(contact, act, "throttled")
            raise NotProved(
                translatable("There were too many tries. Wait 15 minutes and try again.")
            )
        async with self._database.tenant(organization) as connection:
            wraps = await reader_keys.fetch_wraps(
                connection, organization, key.id, UnlockMethod.PASSWORD
            )
        typed = normalised_password(password)
        try:
            for wrap in wraps[-1:]:
                await self._passwords.unwrap_private_key(key, wrap, typed or "")
                return
        except WrongPassword:
            pass
        await self._refuse(contact, act, "password")
        raise NotProved(translatable("That password is not right."))

    async def _refuse(self, contact: SignedInContact, act: Tag, why: str) -> None:
        organization = contact.organization.id
        async with self._database.tenant(organization) as connection:
            await self._acts.record(
                connection,
                organization,
                act,
                contact.mailbox.id,
                actor=contact.actor,
                outcome=Outcome.REFUSED,
                detail=why,
            )
