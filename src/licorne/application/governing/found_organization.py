"""Founds an organization: its row, its first owner, and the record key that the owner holds.

The owner is the one officer at first; a printed share can stand in for them (`RecoveryKit`).
Runs as the schema's owner: no runtime role may make a tenant.
"""

from dataclasses import dataclass, field

from licorne.application.governing.add_member import NewMember, make_member
from licorne.application.new_ids import NewIds
from licorne.application.new_recovery import NewRecovery, new_recovery
from licorne.domain.audit.event import AuditEvent
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.actor import Actor
from licorne.domain.identity.ids import KeyId, MemberId, OrganizationId
from licorne.domain.identity.language import Language
from licorne.domain.identity.role import Role
from licorne.domain.sealing.records import ReaderKind
from licorne.ports.clock import Clock
from licorne.ports.randomness import Randomness
from licorne.store import audit, members, organizations, reader_keys
from licorne.store.database import Database
from licorne.vault.key_directory import KeyDirectory
from licorne.vault.keyring import Keyring
from licorne.vault.passwords import PasswordVault
from licorne.vault.private_key_wraps import wrap_for_reader
from licorne.vault.reader_keys import OpenReaderKey, make_reader_key, point_to


@dataclass(frozen=True, slots=True)
class Founding:
    """What an operator says of a new organization."""

    name: str
    region: str
    time_zone: str
    owner: NewMember
    language: Language = Language.ENGLISH
    notice_wording: str | None = None  # in that language; none: each language's own
    nudge_wording: str | None = None
    phone: str | None = None
    daily_quota: int = 1000
    text_domains: tuple[str, ...] = ()
    with_kit: bool = False  # make an officer's share, to be printed


@dataclass(frozen=True, slots=True)
class Founded:
    organization: OrganizationId
    owner: MemberId
    share: str | None = field(default=None, repr=False)  # to be printed once; it is kept nowhere


class FoundOrganization:
    def __init__(
        self,
        owner_database: Database,
        keyring: Keyring,
        passwords: PasswordVault,
        clock: Clock,
        randomness: Randomness,
    ) -> None:
        self._database = owner_database
        self._keyring = keyring
        self._passwords = passwords
        self._clock = clock
        self._randomness = randomness
        self._new_id = NewIds(clock, randomness)

    async def __call__(self, founding: Founding) -> Founded:
        """Found it. Raises ``members.EmailInUse`` for an owner's address that is taken."""
        now = self._clock.now()
        organization = OrganizationId(self._new_id())
        owner = await make_member(
            self._keyring,
            self._passwords,
            self._randomness,
            self._new_id,
            organization,
            founding.owner,
            Role.OWNER,
            now,
        )
        record = make_reader_key(
            self._keyring,
            self._randomness,
            organization=organization,
            key=KeyId(self._new_id()),
            kind=ReaderKind.RECORD,
            owner=organization,
            version=1,
        )
        holder = KeyDirectory(self._keyring).checked(owner.key.row)
        record_wrap = wrap_for_reader(record, holder, wrap_id=self._new_id())
        kit = self._kit(organization) if founding.with_kit else None
        async with self._database.tenant(organization) as connection:
            await organizations.add(
                connection,
                organizations.NewOrganization(
                    id=organization,
                    name=founding.name,
                    phone=founding.phone,
                    region=founding.region,
                    time_zone=founding.time_zone,
                    language=founding.language,
                    notice_wording=founding.notice_wording,
                    nudge_wording=founding.nudge_wording,
                    daily_quota=founding.daily_quota,
                    text_domains=founding.text_domains,
                    at=now,
                ),
            )
            await members.add(connection, owner.member)
            await members.add_address(connection, organization, owner.member.id, owner.address)
            for key, wrap in ((owner.key, owner.wrap), (record, record_wrap)):
                await reader_keys.add_key(connection, key.row, now)
                await reader_keys.make_current(connection, point_to(self._keyring, key.row, 1))
                await reader_keys.add_wrap(connection, wrap, now)
            if kit is not None:
                key, recovery = kit
                await reader_keys.add_key(connection, key.row, now)
                await reader_keys.add_wrap(connection, recovery.wrap, now)
                paper = KeyDirectory(self._keyring).checked(key.row)
                wrap = wrap_for_reader(record, paper, wrap_id=self._new_id())
                await reader_keys.add_wrap(connection, wrap, now)
            for tag, subject in (
                (Tag.ORGANIZATION_MADE, organization),
                (Tag.MEMBER_ADDED, owner.member.id),
            ):
                await audit.record(
                    connection,
                    AuditEvent(self._new_id(), organization, now, tag, Actor.operator(), subject),
                )
        return Founded(organization, owner.member.id, None if kit is None else kit[1].code)

    def _kit(self, organization: OrganizationId) -> tuple[OpenReaderKey, NewRecovery]:
        key = make_reader_key(
            self._keyring,
            self._randomness,
            organization=organization,
            key=KeyId(self._new_id()),
            kind=ReaderKind.KIT,
            owner=self._new_id(),
            version=1,
        )
        return key, new_recovery(self._keyring, self._randomness, self._new_id, key)
