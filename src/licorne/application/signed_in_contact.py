"""A contact within a session: who reads, and the key that is open while the request lasts."""

from dataclasses import dataclass, field

from licorne.domain.identity.actor import Actor, ActorKind
from licorne.domain.identity.contact import Contact
from licorne.domain.identity.organization import Organization
from licorne.domain.mailbox.mailbox import Mailbox
from licorne.vault.reader_keys import OpenReaderKey


@dataclass(frozen=True, slots=True)
class SignedInContact:
    """Made by `ContactSessions` for one request and one mailbox."""

    organization: Organization
    contact: Contact
    mailbox: Mailbox
    cookie_hash: bytes = field(repr=False)
    key: OpenReaderKey = field(repr=False)

    @property
    def actor(self) -> Actor:
        return Actor(ActorKind.CONTACT, self.mailbox.id)
