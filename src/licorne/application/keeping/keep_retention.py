"""How long the practice keeps its copies: an owner or officer sets it, and sees what it did."""

from dataclasses import dataclass
from datetime import datetime

from licorne.application.acting_member import ActingMember
from licorne.application.member_acts import MemberActs
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.ids import MemberId
from licorne.domain.identity.permission import Permission
from licorne.domain.records.certificate import Certificate, read_certificate
from licorne.store import members, record_ends
from licorne.store.database import Database
from licorne.vault.keyring import Keyring
from licorne.vault.personal_fields import open_member_name


@dataclass(frozen=True, slots=True)
class ShownCertificate:
    at: datetime
    by: str | None  # a member's name; none: at the end of its time
    certificate: Certificate


@dataclass(frozen=True, slots=True)
class Retention:
    years: int
    certificates: tuple[ShownCertificate, ...]  # the latest first


class KeepRetention:
    def __init__(self, database: Database, keyring: Keyring, acts: MemberActs) -> None:
        self._database = database
        self._keyring = keyring
        self._acts = acts

    async def __call__(self, by: ActingMember) -> Retention:
        await self._acts.permit(self._database, by, Permission.KEEP_RECORDS)
        organization = by.organization.id
        async with self._database.tenant(organization) as connection:
            years = await record_ends.retention_years(connection, organization)
            shown = []
            for event in await record_ends.certificates(connection, organization):
                certificate = read_certificate(event.detail or "")
                row = await members.fetch(connection, organization, MemberId(event.actor.id))
                name = None
                if row is not None:
                    name = open_member_name(self._keyring, organization, row.id, row.name_sealed)
                if certificate is not None:
                    shown.append(ShownCertificate(event.at, name, certificate))
        return Retention(years, tuple(shown))

    async def set(self, by: ActingMember, years: int) -> None:
        """Set it, in years that `parse_years` gave.

        A longer time is at once for everything that is still there, a shorter one for what is
        written from then on: nothing is destroyed because of a slip of the hand.
        """
        await self._acts.permit(self._database, by, Permission.KEEP_RECORDS)
        organization = by.organization.id
        async with self._database.tenant(organization) as connection:
            await record_ends.set_retention(connection, organization, years)
            await self._acts.record(connection, by, Tag.RETENTION_SET, detail=f"years={years}")
