"""Somebody opens their invitation: password and authenticator are set, and a key pair is born.

Looking at the link uses nothing up; setting up does, in the transaction that makes the member. A
member who comes back gets a new key: nobody keeps what opens the old one, so it is dead from then
on, and what it opened is handed over (`HandOver`) by somebody who can.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from licorne.application.governing.add_member import MadeMember, NewMember, make_member
from licorne.application.governing.return_member import ReturnMember
from licorne.application.new_ids import NewIds
from licorne.application.new_recovery import new_recovery
from licorne.application.outside_refusals import OutsideRefusals
from licorne.application.throttle import Limit, Throttle
from licorne.domain.audit.event import AuditEvent, Outcome
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.actor import Actor, ActorKind
from licorne.domain.identity.email_address import parse_email_address
from licorne.domain.identity.ids import MemberId
from licorne.domain.identity.invitation import Invitation
from licorne.domain.identity.organization import Organization
from licorne.domain.identity.permission import may_govern
from licorne.domain.identity.role import Role
from licorne.domain.pickup.password_rules import (
    PasswordContext,
    RefusedPassword,
    judge_password,
)
from licorne.domain.translatable import translatable
from licorne.ports.clock import Clock
from licorne.ports.randomness import Randomness
from licorne.store import audit, invitations, members, organizations, reader_keys
from licorne.store.database import Connection, Database
from licorne.store.members import EmailInUse
from licorne.vault.access_secrets import invitation_lookup
from licorne.vault.keyring import Keyring
from licorne.vault.passwords import PasswordVault
from licorne.vault.personal_fields import open_invited_email, open_member_name
from licorne.vault.reader_keys import point_to
from licorne.vault.totp import is_totp_secret, make_totp_secret, matching_step

PER_ADDRESS = Limit("invitation-address", 60, timedelta(minutes=15))
LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class ShownInvitation:
    """What the page says to whoever holds the link. ``name``: of a member who comes back."""

    practice: str
    accent: str
    email: str
    role: Role
    name: str | None


@dataclass(frozen=True, slots=True, repr=False)
class SetUp:
    """What somebody typed on the page."""

    name: str
    password: str
    totp_secret: str
    code: str


@dataclass(frozen=True, slots=True)
class Accepted:
    email: str
    recovery_code: str = field(repr=False)  # to be shown once; it is kept nowhere


@dataclass(frozen=True, slots=True)
class SetUpRefused:
    field: str
    sentence: str


@dataclass(frozen=True, slots=True)
class _Found:
    invitation: Invitation
    organization: Organization
    email: str
    name: str | None


class AcceptInvitation:
    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        passwords: PasswordVault,
        clock: Clock,
        randomness: Randomness,
        returned: ReturnMember,
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._passwords = passwords
        self._clock = clock
        self._randomness = randomness
        self._return = returned
        self._new_id = NewIds(clock, randomness)
        self._throttle = Throttle(database, keyring, clock)
        self._outside = OutsideRefusals(database, keyring, clock, randomness)

    def new_secret(self) -> str:
        return make_totp_secret(self._randomness)

    async def look(self, token: str) -> ShownInvitation | None:
        """Say whose invitation a link is, while it is good. Nothing is used up by it."""
        found = await self._find(token)
        if found is None:
            return None
        about = found.organization
        return ShownInvitation(
            about.name, about.accent, found.email, found.invitation.role, found.name
        )

    async def __call__(
        self, token: str, typed: SetUp, *, address: str
    ) -> Accepted | SetUpRefused | None:
        """Set up; nothing for a link that isn't good. Raises ``EmailInUse``, `PasswordsBusy`."""
        allowed = await self._throttle.allows((PER_ADDRESS, address))
        found = await self._find(token) if allowed else None
        if found is None:
            await self._outside.record(
                Tag.INVITATION_REFUSED, address, "unknown" if allowed else "throttled"
            )
            return None
        step = self._step(typed)
        judged = self._judged(found, typed)
        if isinstance(judged, SetUpRefused):
            await self._refuse(found.invitation, judged.field)
            return judged
        if step is None:
            await self._refuse(found.invitation, "code")
            return SetUpRefused(
                "code",
                translatable(
                    "This code isn’t right. Scan the picture again, or wait for the next code."
                ),
            )
        if found.invitation.member is not None:
            return await self._come_back(found, judged, typed.totp_secret, step)
        new = NewMember(
            " ".join(typed.name.split()),
            parse_email_address(found.email),
            judged,
            typed.totp_secret,
        )
        made = await make_member(
            self._keyring,
            self._passwords,
            self._randomness,
            self._new_id,
            found.organization.id,
            new,
            found.invitation.role,
            self._clock.now(),
        )
        try:
            return await self._join(found, made, step)
        except EmailInUse:
            await self._refuse(found.invitation, "email_in_use")
            raise

    async def _join(self, found: _Found, made: MadeMember, step: int) -> Accepted | None:
        organization, now = found.organization.id, self._clock.now()
        recovery = new_recovery(self._keyring, self._randomness, self._new_id, made.key)
        async with self._database.tenant(organization) as connection:
            if not await self._use_up(connection, found.invitation):
                return None
            await members.add(connection, made.member)
            await members.use_code(connection, organization, made.member.id, step)
            await members.add_address(connection, organization, made.member.id, made.address)
            await reader_keys.add_key(connection, made.key.row, now)
            await reader_keys.make_current(connection, point_to(self._keyring, made.key.row, 1))
            await reader_keys.add_wrap(connection, made.wrap, now)
            await reader_keys.add_wrap(connection, recovery.wrap, now)
            await self._record(connection, found.invitation, made.member.id)
        return Accepted(found.email, recovery.code)

    async def _come_back(
        self, found: _Found, password: str, totp_secret: str, step: int
    ) -> Accepted | None:
        invitation = found.invitation
        assert invitation.member is not None, "a return is a member's"
        fresh = await self._return.prepare(invitation.organization, invitation.member, password)
        recovery = new_recovery(self._keyring, self._randomness, self._new_id, fresh.key)
        async with self._database.tenant(invitation.organization) as connection:
            if not await self._use_up(connection, invitation):
                return None
            await self._return(connection, invitation.member, fresh, totp_secret, step)
            await reader_keys.add_wrap(connection, recovery.wrap, self._clock.now())
            await self._record(connection, invitation, invitation.member)
        return Accepted(found.email, recovery.code)

    async def _find(self, token: str) -> _Found | None:
        async with self._database.before_tenant() as connection:
            there = await invitations.find(connection, invitation_lookup(self._keyring, token))
        if there is None:
            return None
        organization, wanted = there
        async with self._database.tenant(organization) as connection:
            invitation = await invitations.fetch(connection, organization, wanted)
            about = await organizations.fetch(connection, organization)
            if invitation is None or about is None or about.suspended_at is not None:
                return None
            if not await self._is_good(connection, invitation):
                return None
            name = None
            if invitation.member is not None:
                row = await members.fetch(connection, organization, invitation.member)
                if row is None or not row.may_act:
                    return None
                name = open_member_name(self._keyring, organization, row.id, row.name_sealed)
        email = open_invited_email(
            self._keyring, organization, invitation.id, invitation.email_sealed
        )
        return _Found(invitation, about, email, name)

    async def _is_good(self, connection: Connection, invitation: Invitation) -> bool:
        """Say whether it is open, and its maker is still somebody who could make it."""
        maker = await members.fetch(connection, invitation.organization, invitation.invited_by)
        return (
            invitation.is_open(self._clock.now())
            and maker is not None
            and maker.may_act
            and may_govern(maker.role, invitation.role)
        )

    async def _use_up(self, connection: Connection, invitation: Invitation) -> bool:
        if invitation.member is not None:  # whoever lets them go locks in this order, too
            await members.fetch(connection, invitation.organization, invitation.member, lock=True)
        locked = await invitations.fetch(
            connection, invitation.organization, invitation.id, lock=True
        )
        if locked is None or not await self._is_good(connection, locked):
            return False
        return await invitations.end(
            connection, invitation.organization, invitation.id, self._clock.now()
        )

    def _step(self, typed: SetUp) -> int | None:
        if not is_totp_secret(typed.totp_secret):
            return None
        return matching_step(typed.totp_secret, typed.code, self._clock.now().timestamp())

    def _judged(self, found: _Found, typed: SetUp) -> str | SetUpRefused:
        name = found.name or " ".join(typed.name.split())
        if not name or len(name) > LONGEST_NAME or not name.isprintable():
            return SetUpRefused("name", translatable("Write your name, as patients know you."))
        context = PasswordContext(
            practice_name=found.organization.name,
            person_name=name,
            email=parse_email_address(found.email),
        )
        judged = judge_password(typed.password, context)
        if isinstance(judged, RefusedPassword):
            return SetUpRefused("password", judged.sentence)
        return judged.normalised

    async def _refuse(self, invitation: Invitation, why: str) -> None:
        """Record that the link was good and what was typed wasn't; ``why`` is a code."""
        async with self._database.tenant(invitation.organization) as connection:
            event = AuditEvent(
                self._new_id(),
                invitation.organization,
                self._clock.now(),
                Tag.INVITATION_REFUSED,
                Actor.nobody(),
                invitation.id,
                Outcome.REFUSED,
                why,
            )
            await audit.record(connection, event)

    async def _record(
        self, connection: Connection, invitation: Invitation, member: MemberId
    ) -> None:
        event = AuditEvent(
            self._new_id(),
            invitation.organization,
            self._clock.now(),
            Tag.INVITATION_ACCEPTED,
            Actor(ActorKind.MEMBER, member),
            invitation.id,
            detail=invitation.kind.value,
        )
        await audit.record(connection, event)
