"""Finds what a link leads to: the delivery, its mailbox, and what keeps the door shut."""

import re
from dataclasses import dataclass
from datetime import datetime

from licorne.domain.identity.contact import Contact
from licorne.domain.identity.ids import ContactId, DeliveryId, MailboxId, OrganizationId
from licorne.domain.identity.organization import Organization
from licorne.domain.mailbox.mailbox import Mailbox
from licorne.domain.mailbox.proof import MailboxState
from licorne.domain.pickup.challenge import ChallengeState, tries_left
from licorne.domain.pickup.door import Door, LinkFacts, door_of
from licorne.store import (
    contacts,
    deliveries,
    links,
    mailboxes,
    organizations,
    sealed_messages,
)
from licorne.store.database import Connection, Database
from licorne.store.deliveries import DeliveryRow
from licorne.store.links import FoundLink
from licorne.store.sealed_messages import StoredMessage
from licorne.vault.keyring import Keyring

_TOKEN = re.compile(r"[0-9A-Za-z]{22}\Z")


@dataclass(frozen=True, slots=True)
class Challenged:
    """The delivery whose passphrase is asked for, and where its tries stand."""

    delivery: DeliveryId
    state: ChallengeState
    tries_left: int


@dataclass(frozen=True, slots=True)
class Located:
    organization: Organization
    contact: Contact
    mailbox: Mailbox  # in which the delivery lies
    current: Mailbox  # the contact's, in force
    delivery: DeliveryRow
    message: StoredMessage
    link_expires_at: datetime
    challenged: Challenged | None

    def door(self, now: datetime, *, signed_in: bool = False) -> Door:
        challenge = self.challenged.state if self.challenged else ChallengeState.NONE
        return door_of(
            LinkFacts(
                number_changed_hands=self.mailbox.number_epoch != self.contact.number_epoch,
                signed_in=signed_in,
                recalled=self.message.recalled_at is not None,
                content_expired=self.message.contact_copy_ended_at is not None
                or self.message.expires_at <= now,
                link_expired=self.link_expires_at <= now,
                mailbox=self.mailbox.state,
                challenge=challenge,
            )
        )


class LocateLink:
    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._keyring = keyring

    async def find(self, token: str) -> FoundLink | None:
        """Find the organization and delivery that a token names; nothing for any other text."""
        if not _TOKEN.match(token):
            return None
        async with self._database.before_tenant() as connection:
            return await links.find(connection, self._keyring.link_token_hash(token))

    async def __call__(self, token: str, now: datetime) -> Located | None:
        found = await self.find(token)
        if found is None:
            return None
        async with self._database.tenant(found.organization) as connection:
            return await self.within(connection, found, token, now)

    async def within(
        self, connection: Connection, found: FoundLink, token: str, now: datetime
    ) -> Located | None:
        """Fetch the facts within a transaction of the link's organization."""
        organization = found.organization
        ends = await links.expiry(connection, organization, self._keyring.link_token_hash(token))
        delivery = await deliveries.fetch(connection, organization, found.delivery)
        practice = await organizations.fetch(connection, organization)
        if ends is None or delivery is None or practice is None:
            return None
        message = await sealed_messages.fetch_message(connection, organization, delivery.message)
        contact = await contacts.fetch(connection, organization, ContactId(delivery.contact))
        mailbox = await mailboxes.fetch(connection, organization, MailboxId(delivery.mailbox))
        if message is None or contact is None or mailbox is None:
            return None
        current = mailbox
        if contact.mailbox != mailbox.id:
            in_force = await mailboxes.fetch(connection, organization, contact.mailbox)
            current = in_force or mailbox
        return Located(
            organization=practice,
            contact=contact,
            mailbox=mailbox,
            current=current,
            delivery=delivery,
            message=message,
            link_expires_at=ends,
            challenged=await _challenged(connection, organization, delivery, mailbox, now),
        )


async def _challenged(
    connection: Connection,
    organization: OrganizationId,
    delivery: DeliveryRow,
    mailbox: Mailbox,
    now: datetime,
) -> Challenged | None:
    """Say which passphrase stands before an unclaimed mailbox: this delivery's, or another's."""
    if mailbox.state is not MailboxState.WAITING:
        return None
    own = ChallengeState(delivery.challenge)
    if own is ChallengeState.WAITING:
        return Challenged(delivery.id, own, tries_left(delivery.challenge_tries))
    waiting = await mailboxes.waiting_challenge(connection, organization, mailbox.id, now)
    if waiting is None:
        return None
    other = await deliveries.fetch(connection, organization, waiting[0])
    tries = other.challenge_tries if other else 0
    return Challenged(waiting[0], waiting[1], tries_left(tries))
