"""Signs an email program in: the member's address and an app password, which can only send.

App passwords are random and kept as HMACs, so that no slow hash stands on the way in; guessing is
held down by ``refused_sign_ins``. Wrong, unknown, revoked and suspended get one answer.
"""

import hmac
from dataclasses import dataclass
from functools import lru_cache

from licorne.application.new_ids import NewIds
from licorne.application.sending.refused_sign_ins import RefusedSignIns
from licorne.domain.audit.event import AuditEvent
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.actor import Actor, ActorKind
from licorne.domain.identity.email_address import EmailRefused, parse_email_address
from licorne.domain.identity.ids import AppPasswordId, MemberId, OrganizationId
from licorne.ports.clock import Clock
from licorne.ports.randomness import Randomness
from licorne.store import app_passwords, audit, members, organizations
from licorne.store.database import Database
from licorne.vault.access_secrets import app_password_lookup
from licorne.vault.keyring import Keyring
from licorne.vault.personal_fields import email_lookup

_REMEMBERED = 1_024  # addresses, with their look-ups


@dataclass(frozen=True, slots=True)
class Submitter:
    """Who is signed in, with what an edge needs to check: their addresses and text domains."""

    organization: OrganizationId
    member: MemberId
    app_password: AppPasswordId
    region: str
    text_domains: frozenset[str]
    address_lookups: frozenset[bytes]

    @property
    def actor(self) -> Actor:
        return Actor(ActorKind.MEMBER, self.member)


class WrongCredentials(Exception):
    """The address and app password don't belong together, or don't serve (any more)."""


class TooManyTries(Exception):
    """An account or client address has guessed too often lately."""


class AuthenticateSubmission:
    def __init__(
        self, database: Database, keyring: Keyring, clock: Clock, randomness: Randomness
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._clock = clock
        self._new_id = NewIds(clock, randomness)
        self._refused = RefusedSignIns(database, keyring, clock, randomness)
        # Asked twice for each message, and the same each time.
        self._lookup_of = lru_cache(maxsize=_REMEMBERED)(self._username_lookup)

    async def __call__(self, username: str, password: str, client: str) -> Submitter:
        """Raise `WrongCredentials` or `TooManyTries`."""
        async with self._database.before_tenant() as connection:
            found = await app_passwords.find(
                connection, app_password_lookup(self._keyring, password)
            )
        lookup = self._username_lookup(username)
        if (
            found is None
            or lookup is None
            or not hmac.compare_digest(lookup, found.email_lookup)
            or found.revoked
            or found.suspended
        ):
            if not await self._refused.take(lookup, client, found):
                raise TooManyTries
            raise WrongCredentials
        organization = found.organization
        now = self._clock.now()
        async with self._database.tenant(organization) as connection:
            about = await organizations.fetch(connection, organization)
            if about is None:
                raise WrongCredentials
            submitter = Submitter(
                organization=organization,
                member=found.member,
                app_password=found.id,
                region=about.region,
                text_domains=frozenset(await organizations.text_domains(connection, organization)),
                address_lookups=frozenset(
                    address.address_lookup
                    for address in await members.addresses(connection, organization, found.member)
                ),
            )
            await app_passwords.note_use(connection, organization, found.id, now)
            await audit.record(
                connection,
                AuditEvent(
                    self._new_id(),
                    organization,
                    now,
                    Tag.SUBMISSION_AUTHENTICATED,
                    submitter.actor,
                    found.id,
                    via=found.id,
                ),
            )
        return submitter

    def owns(self, submitter: Submitter, address: str) -> bool:
        """Say whether an address is one that the signed-in member may write From."""
        lookup = self._lookup_of(address)
        return lookup is not None and lookup in submitter.address_lookups

    def _username_lookup(self, username: str) -> bytes | None:
        try:
            return email_lookup(self._keyring, parse_email_address(username))
        except EmailRefused:
            return None
