"""Finds whom a command acts for: a member named by email, or the practice's first owner.

Who may run commands holds the installation's files and so could do anything; naming a member makes
the audit trail tell in whose name it was done. Nobody's key is opened by it.
"""

from licorne.application.acting_member import ActingMember
from licorne.application.governing.act_refused import ActRefusal, ActRefused
from licorne.domain.identity.email_address import EmailRefused, parse_email_address
from licorne.domain.identity.ids import MemberId, OrganizationId
from licorne.domain.identity.member import Member
from licorne.domain.identity.role import Role
from licorne.store import members, organizations
from licorne.store.database import Database
from licorne.vault.keyring import Keyring
from licorne.vault.personal_fields import email_lookup, open_member_email, open_member_name


class OrganizationUnclear(Exception):
    """No organization, or several of which one has to be named."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__("organization_unclear")
        self.sentence = (
            "This installation has several practices. Name a member with --as EMAIL, or one of"
            f" these with --organization: {', '.join(names)}."
            if names
            else "There is no such practice here. `licorne init` founds one."
        )


class ActByCommand:
    def __init__(self, owner_database: Database, database: Database, keyring: Keyring) -> None:
        self._owner_database = owner_database
        self._database = database
        self._keyring = keyring

    async def __call__(
        self, email: str | None = None, organization: str | None = None
    ) -> ActingMember:
        """Raise `OrganizationUnclear`, or `ActRefused` for a member who isn't there or can't act.

        ``organization`` is a name or an id.
        """
        if email is not None:
            tenant, member = await self._named(email)
            if organization is not None and tenant != await self._organization(organization):
                raise ActRefused(ActRefusal.NO_SUCH_MEMBER)
        else:
            tenant, member = await self._organization(organization), None
        async with self._database.tenant(tenant) as connection:
            about = await organizations.fetch(connection, tenant)
            row = (
                await members.fetch(connection, tenant, member)
                if member is not None
                else _first_owner(await members.fetch_all(connection, tenant))
            )
        if about is None or row is None:
            raise ActRefused(ActRefusal.NO_SUCH_MEMBER)
        if not row.may_act:
            raise ActRefused(ActRefusal.MEMBER_SUSPENDED)
        return ActingMember(
            organization=about,
            id=row.id,
            role=row.role,
            name=open_member_name(self._keyring, tenant, row.id, row.name_sealed),
            email=open_member_email(self._keyring, tenant, row.id, row.email_sealed),
        )

    async def text_domains(self, organization: OrganizationId) -> tuple[str, ...]:
        """Name the practice's own domains for texting."""
        async with self._database.before_tenant() as connection:
            return await organizations.text_domains(connection, organization)

    async def _named(self, email: str) -> tuple[OrganizationId, MemberId]:
        try:
            lookup = email_lookup(self._keyring, parse_email_address(email))
        except EmailRefused:
            raise ActRefused(ActRefusal.NO_SUCH_MEMBER) from None
        async with self._database.before_tenant() as connection:
            found = await members.find(connection, lookup)
        if found is None:
            raise ActRefused(ActRefusal.NO_SUCH_MEMBER)
        return found

    async def _organization(self, named: str | None) -> OrganizationId:
        async with self._owner_database.before_tenant() as connection:
            there = await organizations.list_all(connection)
        fitting = [
            identity
            for identity, name in there
            if named is None or named == str(identity) or named.casefold() == name.casefold()
        ]
        if len(fitting) != 1:
            raise OrganizationUnclear(tuple(name for _, name in there) if fitting else ())
        return fitting[0]


def _first_owner(there: tuple[Member, ...]) -> Member | None:
    """Choose the owner who has been there longest and can act."""
    owners = [row for row in there if row.role is Role.OWNER and row.may_act]
    return owners[0] if owners else None
