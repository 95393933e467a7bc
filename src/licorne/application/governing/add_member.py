"""Adds a member: a sign-in name, a second factor, and a key pair that only their password opens."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from licorne.application.acting_member import ActingMember
from licorne.application.governing.act_refused import ActRefusal, ActRefused
from licorne.application.new_ids import NewIds
from licorne.domain.audit.event import AuditEvent, Outcome
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.actor import Actor
from licorne.domain.identity.email_address import EmailAddress
from licorne.domain.identity.ids import KeyId, MemberId, OrganizationId
from licorne.domain.identity.member import Member, MemberAddress
from licorne.domain.identity.permission import may_govern
from licorne.domain.identity.role import Role
from licorne.domain.sealing.records import PrivateKeyWrap, ReaderKind
from licorne.ports.clock import Clock
from licorne.ports.randomness import Randomness
from licorne.store import audit, members, reader_keys
from licorne.store.database import Database
from licorne.vault.keyring import Keyring
from licorne.vault.passwords import PasswordVault
from licorne.vault.personal_fields import (
    email_lookup,
    seal_member_address,
    seal_member_email,
    seal_member_name,
    seal_totp_secret,
)
from licorne.vault.reader_keys import OpenReaderKey, make_reader_key, point_to


@dataclass(frozen=True, slots=True, repr=False)
class NewMember:
    """What is known of a member when they are added. Secrets are shown once and kept nowhere."""

    name: str
    email: EmailAddress
    password: str
    totp_secret: str  # base32


@dataclass(frozen=True, slots=True)
class MadeMember:
    member: Member
    address: MemberAddress
    key: OpenReaderKey
    wrap: PrivateKeyWrap


async def make_member(
    keyring: Keyring,
    passwords: PasswordVault,
    randomness: Randomness,
    new_id: Callable[[], UUID],
    organization: OrganizationId,
    new: NewMember,
    role: Role,
    at: datetime,
) -> MadeMember:
    """Make a member's rows and key pair, not yet stored."""
    member = MemberId(new_id())
    key = make_reader_key(
        keyring,
        randomness,
        organization=organization,
        key=KeyId(new_id()),
        kind=ReaderKind.MEMBER,
        owner=member,
        version=1,
    )
    wrap = await passwords.wrap_private_key(key, new.password, wrap_id=new_id())
    lookup = email_lookup(keyring, new.email)
    row = Member(
        organization=organization,
        id=member,
        role=role,
        email_lookup=lookup,
        email_sealed=seal_member_email(keyring, organization, member, new.email),
        name_sealed=seal_member_name(keyring, organization, member, new.name),
        totp_sealed=seal_totp_secret(keyring, organization, member, new.totp_secret),
        created_at=at,
    )
    address = MemberAddress(lookup, seal_member_address(keyring, organization, member, new.email))
    return MadeMember(row, address, key, wrap)


class AddMember:
    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        passwords: PasswordVault,
        clock: Clock,
        randomness: Randomness,
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._passwords = passwords
        self._clock = clock
        self._randomness = randomness
        self._new_id = NewIds(clock, randomness)

    async def in_name_of(self, by: ActingMember, new: NewMember, role: Role) -> MemberId:
        """Add a member in somebody's name. Raises `ActRefused`, recorded, and ``EmailInUse``."""
        if may_govern(by.role, role):
            return await self(by.organization.id, new, role, by.actor)
        refusal, organization = ActRefusal.NOT_ALLOWED, by.organization.id
        refused = AuditEvent(
            self._new_id(),
            organization,
            self._clock.now(),
            Tag.MEMBER_ADDED,
            by.actor,
            outcome=Outcome.REFUSED,
            detail=refusal.name.lower(),
        )
        async with self._database.tenant(organization) as connection:
            await audit.record(connection, refused)
        raise ActRefused(refusal)

    async def __call__(
        self, organization: OrganizationId, new: NewMember, role: Role, by: Actor
    ) -> MemberId:
        """Add a member. Raises ``members.EmailInUse``."""
        now = self._clock.now()
        made = await make_member(
            self._keyring,
            self._passwords,
            self._randomness,
            self._new_id,
            organization,
            new,
            role,
            now,
        )
        async with self._database.tenant(organization) as connection:
            await members.add(connection, made.member)
            await members.add_address(connection, organization, made.member.id, made.address)
            await reader_keys.add_key(connection, made.key.row, now)
            await reader_keys.make_current(connection, point_to(self._keyring, made.key.row, 1))
            await reader_keys.add_wrap(connection, made.wrap, now)
            await audit.record(
                connection,
                AuditEvent(self._new_id(), organization, now, Tag.MEMBER_ADDED, by, made.member.id),
            )
        return made.member.id
