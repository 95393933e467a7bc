"""Says whose data a session, a token, an app password or a member's devices could have seen."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from licorne.application.acting_member import ActingMember
from licorne.application.member_acts import MemberActs
from licorne.application.shown_contact import NamedContact, name_contact
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.ids import MemberId, OrganizationId
from licorne.domain.identity.permission import Permission
from licorne.domain.incident.exposure import ExposureAsked, Reach
from licorne.store import exposure, members
from licorne.store.database import Connection, Database
from licorne.store.exposure import ExposedContact, UsedWay
from licorne.vault.keyring import Keyring
from licorne.vault.personal_fields import open_member_name

LOOK_BACK = timedelta(days=90)  # for the list of what was used


@dataclass(frozen=True, slots=True)
class ShownExposure:
    """``contact`` is none for who may not know patients' names; ``code`` tells them apart."""

    code: str
    contact: NamedContact | None
    reach: Reach
    facts: ExposedContact


@dataclass(frozen=True, slots=True)
class ShownWay:
    way: UsedWay
    who: str  # a member's name; none for a service


@dataclass(frozen=True, slots=True)
class KnownMember:
    id: MemberId
    name: str


class SeeExposure:
    def __init__(self, database: Database, keyring: Keyring, acts: MemberActs) -> None:
        self._database = database
        self._keyring = keyring
        self._acts = acts

    async def __call__(self, by: ActingMember, asked: ExposureAsked) -> tuple[ShownExposure, ...]:
        """Answer from the trail; that it was asked is recorded."""
        await self._acts.permit(self._database, by, Permission.SEE_INCIDENTS)
        organization = by.organization.id
        async with self._database.tenant(organization) as connection:
            found = await exposure.exposed(connection, organization, asked)
            detail = f"since={asked.since.date()} until={asked.until.date()} people={len(found)}"
            subject = asked.via or asked.actor
            await self._acts.record(connection, by, Tag.EXPOSURE_SEEN, subject, detail=detail)
        may_name = by.may(Permission.SEE_CONTACTS)
        return tuple(
            ShownExposure(
                one.contact.id.hex[-6:],
                name_contact(self._keyring, one.contact) if may_name else None,
                one.reach,
                one,
            )
            for one in found
        )

    async def members(self, by: ActingMember) -> tuple[KnownMember, ...]:
        """Name everybody who is or was here, to choose from."""
        await self._acts.permit(self._database, by, Permission.SEE_INCIDENTS)
        organization = by.organization.id
        async with self._database.tenant(organization) as connection:
            names = await self._names(connection, organization)
        return tuple(KnownMember(MemberId(one), name) for one, name in names.items())

    async def ways(self, by: ActingMember, since: datetime | None = None) -> tuple[ShownWay, ...]:
        """List sessions, tokens and app passwords that were used lately, the latest first."""
        await self._acts.permit(self._database, by, Permission.SEE_INCIDENTS)
        organization = by.organization.id
        async with self._database.tenant(organization) as connection:
            used = await exposure.used_ways(
                connection, organization, since or self._acts.now() - LOOK_BACK
            )
            names = await self._names(connection, organization)
        return tuple(ShownWay(one, names.get(one.actor, "")) for one in used)

    async def _names(
        self, connection: Connection, organization: OrganizationId
    ) -> dict[uuid.UUID, str]:
        return {
            row.id: open_member_name(self._keyring, organization, row.id, row.name_sealed)
            for row in await members.fetch_all(connection, organization, with_removed=True)
        }
