"""Carries a met challenge from the passphrase's page to the password's, within the form.

Between the two pages there is no session to keep it in, and a mark in the database would let
anyone with the link pass who comes at the right moment. So the browser carries it, sealed under
K_fields, bound to the mailbox, for ten minutes.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from licorne.domain.identity.ids import DeliveryId, MailboxId, OrganizationId
from licorne.domain.sealing.faults import SealBroken
from licorne.vault.challenges import ChallengeSecret
from licorne.vault.keyring import Keyring

LIFETIME = timedelta(minutes=10)  # ASVS 5, 6.5: codes live ten minutes at most
LONGEST_TICKET = 2048


@dataclass(frozen=True, slots=True)
class ProvedChallenge:
    """Which delivery's passphrase was met, and what it came to."""

    delivery: DeliveryId
    secret: ChallengeSecret = field(repr=False)


def write_ticket(
    keyring: Keyring,
    organization: OrganizationId,
    mailbox: MailboxId,
    proved: ProvedChallenge,
    now: datetime,
) -> str:
    ends = int((now + LIFETIME).timestamp())
    text = "|".join(
        (
            str(ends),
            str(proved.delivery),
            proved.secret.parameters.hex(),
            proved.secret.secret.hex(),
        )
    )
    sealed = keyring.seal_field(_context(organization, mailbox), text)
    return urlsafe_b64encode(sealed).decode()


def read_ticket(
    keyring: Keyring,
    organization: OrganizationId,
    mailbox: MailboxId,
    ticket: str | None,
    now: datetime,
) -> ProvedChallenge | None:
    """Read a ticket back; nothing for one that has run out, is of another mailbox or isn't ours."""
    if not ticket or len(ticket) > LONGEST_TICKET:
        return None
    try:
        text = keyring.open_field(
            _context(organization, mailbox), urlsafe_b64decode(ticket.encode())
        )
        ends, delivery, parameters, secret = text.split("|")
        if int(ends) < now.timestamp():
            return None
        return ProvedChallenge(
            DeliveryId(UUID(delivery)),
            ChallengeSecret(bytes.fromhex(parameters), bytes.fromhex(secret)),
        )
    except (SealBroken, ValueError):
        return None


def _context(organization: OrganizationId, mailbox: MailboxId) -> str:
    return f"pickup.proved:{organization}:{mailbox}"
