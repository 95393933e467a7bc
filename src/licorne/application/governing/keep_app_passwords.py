"""A member's app passwords: one for each email program, shown once, revoked alone."""

from dataclasses import dataclass, field

from licorne.application.member_acts import MemberActs
from licorne.application.signed_in_member import SignedInMember
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.app_password import AppPassword
from licorne.domain.identity.ids import AppPasswordId
from licorne.domain.identity.permission import Permission
from licorne.domain.identity.text_address import SECURE_TEXT_DOMAIN
from licorne.domain.translatable import translatable
from licorne.ports.randomness import Randomness
from licorne.store import app_passwords, organizations
from licorne.store.database import Database
from licorne.vault.access_secrets import app_password_lookup, make_app_password
from licorne.vault.keyring import Keyring

LONGEST_LABEL = 60
MOST_APP_PASSWORDS = 20
DAILY_CAP = 2000


@dataclass(frozen=True, slots=True)
class AddedAppPassword:
    id: AppPasswordId
    label: str
    secret: str = field(repr=False)  # to be shown once; it is kept nowhere


class TooManyAppPasswords(Exception):
    sentence = translatable("You have 20 app passwords. Remove one that you don’t use any more.")


class KeepAppPasswords:
    def __init__(
        self, database: Database, keyring: Keyring, randomness: Randomness, acts: MemberActs
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._randomness = randomness
        self._acts = acts

    async def add(self, member: SignedInMember, label: str) -> AddedAppPassword:
        """Make one, named after the program that will use it. Raises `TooManyAppPasswords`."""
        await self._acts.permit(self._database, member, Permission.KEEP_APP_PASSWORDS)
        organization = member.organization.id
        secret = make_app_password(self._randomness)
        spoken = " ".join(label.split())[:LONGEST_LABEL] or "Email program"
        made = AppPassword(
            organization=organization,
            id=AppPasswordId(self._acts.new_id()),
            member=member.id,
            label=spoken,
            secret_hash=app_password_lookup(self._keyring, secret),
            daily_cap=DAILY_CAP,
            created_at=self._acts.now(),
        )
        async with self._database.tenant(organization) as connection:
            kept = await app_passwords.of_member(connection, organization, member.id)
            if len(kept) >= MOST_APP_PASSWORDS:
                raise TooManyAppPasswords
            await app_passwords.add(connection, made)
            await self._acts.record(connection, member, Tag.APP_PASSWORD_ADDED, made.id)
        return AddedAppPassword(made.id, spoken, secret)

    async def list(self, member: SignedInMember) -> tuple[AppPassword, ...]:
        await self._acts.permit(self._database, member, Permission.KEEP_APP_PASSWORDS)
        async with self._database.tenant(member.organization.id) as connection:
            return await app_passwords.of_member(connection, member.organization.id, member.id)

    async def text_domains(self, member: SignedInMember) -> tuple[str, ...]:
        """Name the domains for texting, the one to suggest first: a real one of the practice.

        A program that sends by another provider loses nothing to it there (threat 41).
        """
        async with self._database.tenant(member.organization.id) as connection:
            own = await organizations.text_domains(connection, member.organization.id)
        return (*own, SECURE_TEXT_DOMAIN)

    async def revoke(self, member: SignedInMember, app_password: AppPasswordId) -> bool:
        """Revoke one of the member's own; it stops serving at once."""
        organization = member.organization.id
        async with self._database.tenant(organization) as connection:
            revoked = await app_passwords.revoke(
                connection, organization, member.id, app_password, self._acts.now()
            )
            if revoked:
                await self._acts.record(connection, member, Tag.APP_PASSWORD_REVOKED, app_password)
        return revoked
