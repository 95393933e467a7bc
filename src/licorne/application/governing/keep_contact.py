"""A member adds a contact, names one, or takes one out of the list."""

import enum

from licorne.application.acting_member import ActingMember
from licorne.application.member_acts import MemberActs
from licorne.application.sending.meet_contact import MeetContact
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.ids import ContactId
from licorne.domain.identity.language import Language
from licorne.domain.identity.permission import Permission
from licorne.domain.identity.phone_number import PhoneNumber
from licorne.domain.translatable import translatable
from licorne.store import contacts
from licorne.store.database import Database
from licorne.vault.keyring import Keyring
from licorne.vault.personal_fields import number_lookup, seal_contact_name

LONGEST_NAME = 120


class NameRefused(enum.Enum):
    TOO_LONG = translatable("A name can have at most 120 characters.")


class KeepContact:
    def __init__(
        self, database: Database, keyring: Keyring, meet: MeetContact, acts: MemberActs
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._meet = meet
        self._acts = acts

    async def add(
        self,
        member: ActingMember,
        number: PhoneNumber,
        name: str,
        language: Language | None = None,
    ) -> ContactId | NameRefused:
        """Add whoever has this number, or give an existing contact this name and language."""
        await self._acts.permit(self._database, member, Permission.CHANGE_CONTACTS)
        spoken = tidy_name(name)
        if isinstance(spoken, NameRefused):
            return spoken
        organization = member.organization.id
        lookup = number_lookup(self._keyring, number)
        async with self._database.tenant(organization) as connection:
            known = await contacts.find(connection, organization, lookup)
        if known is None:
            await self._meet(organization, number, member.actor, spoken)
            async with self._database.tenant(organization) as connection:
                known = await contacts.find(connection, organization, lookup)
            if known is None:
                raise LookupError("a contact that was just met isn't there")
        elif spoken is not None or known.removed_at is not None:
            await self.rename(member, known.id, name)
        if language is not None:
            await self.set_language(member, known.id, language)
        return known.id

    async def rename(
        self, member: ActingMember, contact: ContactId, name: str
    ) -> bool | NameRefused:
        """Give a contact a name, or none; False when there is no such contact."""
        await self._acts.permit(self._database, member, Permission.CHANGE_CONTACTS)
        spoken = tidy_name(name)
        if isinstance(spoken, NameRefused):
            return spoken
        organization = member.organization.id
        async with self._database.tenant(organization) as connection:
            if await contacts.fetch(connection, organization, contact, lock=True) is None:
                return False
            sealed = (
                None
                if spoken is None
                else seal_contact_name(self._keyring, organization, contact, spoken)
            )
            await contacts.set_name(connection, organization, contact, sealed)
            await self._acts.record(connection, member, Tag.CONTACT_CHANGED, contact, detail="name")
        return True

    async def set_language(
        self, member: ActingMember, contact: ContactId, language: Language | None
    ) -> bool:
        """Say in which language a contact is texted and shown pages; none: the practice's.

        False when there is no such contact.
        """
        await self._acts.permit(self._database, member, Permission.CHANGE_CONTACTS)
        organization = member.organization.id
        async with self._database.tenant(organization) as connection:
            known = await contacts.fetch(connection, organization, contact, lock=True)
            if known is None:
                return False
            if known.language is not language:
                await contacts.set_language(connection, organization, contact, language)
                await self._acts.record(
                    connection, member, Tag.CONTACT_CHANGED, contact, detail="language"
                )
        return True

    async def remove(self, member: ActingMember, contact: ContactId) -> bool:
        """Take a contact out of the list; what was written stays where it is."""
        await self._acts.permit(self._database, member, Permission.CHANGE_CONTACTS)
        organization = member.organization.id
        async with self._database.tenant(organization) as connection:
            if await contacts.fetch(connection, organization, contact, lock=True) is None:
                return False
            await contacts.remove(connection, organization, contact, self._acts.now())
            await self._acts.record(connection, member, Tag.CONTACT_REMOVED, contact)
        return True


def tidy_name(name: str) -> str | NameRefused | None:
    """Give a contact's name on one line; none where nothing is left of it."""
    spoken = " ".join("".join(c for c in name if c.isprintable() or c.isspace()).split())
    if len(spoken) > LONGEST_NAME:
        return NameRefused.TOO_LONG
    return spoken or None
