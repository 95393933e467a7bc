"""A program looks through the organization's contacts, adds, changes and removes them.

It is their scopes that allow it. What a person wrote or reads stays out of reach, as it always is
for a token.
"""

import enum
from dataclasses import dataclass

from licorne.application.governing.authenticate_token import ApiCaller
from licorne.application.governing.keep_contact import NameRefused, tidy_name
from licorne.application.governing.program_acts import ProgramActs
from licorne.application.sending.meet_contact import MeetContact
from licorne.application.shown_contact import NamedContact, name_contact
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.contact import Contact, OptedOutBy
from licorne.domain.identity.ids import ContactId
from licorne.domain.identity.language import Language
from licorne.domain.identity.phone_number import PhoneNumber
from licorne.domain.translatable import translatable
from licorne.store import contacts
from licorne.store.database import Connection, Database
from licorne.vault.keyring import Keyring
from licorne.vault.personal_fields import number_lookup, seal_contact_name

MOST_IN_A_PAGE = 100
_STOPPED_BY_TEXT = frozenset({OptedOutBy.CONTACT, OptedOutBy.REVIEW})  # programs can't undo it


@dataclass(frozen=True, slots=True)
class ContactPage:
    """A page of contacts, newest first; ``next`` is the cursor of the page after it."""

    contacts: tuple[NamedContact, ...]
    next: ContactId | None


@dataclass(frozen=True, slots=True)
class AddedContact:
    contact: NamedContact
    is_new: bool


@dataclass(frozen=True, slots=True)
class ContactChange:
    """What to change. ``named`` tells whether there is a name to set, ``speaks`` a language.

    Texting None leaves it.
    """

    named: bool = False
    name: str | None = None
    texting: bool | None = None
    speaks: bool = False
    language: Language | None = None


class ChangeRefused(enum.Enum):
    NO_SUCH_CONTACT = translatable("There is no such contact.")
    STOPPED_BY_CONTACT = translatable(
        "This person stopped the texts themself. Only they, or a member to whom they said so, can"
        " turn them on again."
    )


class ContactsByProgram:
    def __init__(
        self, database: Database, keyring: Keyring, meet: MeetContact, acts: ProgramActs
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._meet = meet
        self._acts = acts

    async def page(self, caller: ApiCaller, before: ContactId | None, limit: int) -> ContactPage:
        limit = max(1, min(limit, MOST_IN_A_PAGE))
        async with self._database.tenant(caller.organization) as connection:
            found = await contacts.fetch_page(connection, caller.organization, before, limit + 1)
            await self._acts.record(connection, caller, Tag.API_SAW_CONTACTS)
        shown = tuple(name_contact(self._keyring, one) for one in found[:limit])
        return ContactPage(shown, shown[-1].id if len(found) > limit else None)

    async def one(self, caller: ApiCaller, contact: ContactId) -> NamedContact | None:
        async with self._database.tenant(caller.organization) as connection:
            found = await self._there(connection, caller, contact)
            if found is None:
                return None
            await self._acts.record(connection, caller, Tag.API_SAW_CONTACTS, contact)
        return name_contact(self._keyring, found)

    async def add(
        self,
        caller: ApiCaller,
        number: PhoneNumber,
        name: str | None,
        language: Language | None = None,
    ) -> AddedContact | NameRefused:
        """Add whoever has this number; who is there already is given what came along."""
        spoken = tidy_name(name or "")
        if isinstance(spoken, NameRefused):
            return spoken
        known = await self._with_number(caller, number)
        is_new = known is None or known.removed_at is not None
        if known is None:
            await self._meet(caller.organization, number, caller.actor, spoken)
            known = await self._with_number(caller, number)
            if known is None:
                raise LookupError("a contact that was just met isn't there")
        elif spoken is not None or known.removed_at is not None:
            async with self._database.tenant(caller.organization) as connection:
                await self._set_name(connection, caller, known.id, spoken)
            known = await self._with_number(caller, number) or known
        if language is not None:
            async with self._database.tenant(caller.organization) as connection:
                await self._set_language(connection, caller, known, language)
            known = await self._with_number(caller, number) or known
        return AddedContact(name_contact(self._keyring, known), is_new)

    async def change(
        self, caller: ApiCaller, contact: ContactId, change: ContactChange
    ) -> NamedContact | ChangeRefused | NameRefused:
        """Change a contact's name, language or whether they are texted: all of it, or nothing."""
        spoken = tidy_name(change.name or "")
        if isinstance(spoken, NameRefused):
            return spoken
        organization = caller.organization
        async with self._database.tenant(organization) as connection:
            found = await self._there(connection, caller, contact, lock=True)
            if found is None:
                return ChangeRefused.NO_SUCH_CONTACT
            if change.texting and found.opted_out_by in _STOPPED_BY_TEXT:
                return ChangeRefused.STOPPED_BY_CONTACT
            if change.named:
                await self._set_name(connection, caller, contact, spoken)
            if change.speaks:
                await self._set_language(connection, caller, found, change.language)
            if change.texting is not None:
                await self._set_texting(connection, caller, found, allowed=change.texting)
            changed = await contacts.fetch(connection, organization, contact)
        assert changed is not None
        return name_contact(self._keyring, changed)

    async def remove(self, caller: ApiCaller, contact: ContactId) -> bool:
        """Take a contact out of the list; what was written stays where it is."""
        organization = caller.organization
        async with self._database.tenant(organization) as connection:
            if await self._there(connection, caller, contact, lock=True) is None:
                return False
            await contacts.remove(connection, organization, contact, self._acts.clock.now())
            await self._acts.record(connection, caller, Tag.CONTACT_REMOVED, contact)
        return True

    async def _there(
        self, connection: Connection, caller: ApiCaller, contact: ContactId, *, lock: bool = False
    ) -> Contact | None:
        found = await contacts.fetch(connection, caller.organization, contact, lock=lock)
        return None if found is None or found.removed_at is not None else found

    async def _with_number(self, caller: ApiCaller, number: PhoneNumber) -> Contact | None:
        lookup = number_lookup(self._keyring, number)
        async with self._database.tenant(caller.organization) as connection:
            return await contacts.find(connection, caller.organization, lookup)

    async def _set_name(
        self, connection: Connection, caller: ApiCaller, contact: ContactId, name: str | None
    ) -> None:
        organization = caller.organization
        sealed = (
            None if name is None else seal_contact_name(self._keyring, organization, contact, name)
        )
        await contacts.set_name(connection, organization, contact, sealed)
        await self._acts.record(connection, caller, Tag.CONTACT_CHANGED, contact, "name")

    async def _set_language(
        self,
        connection: Connection,
        caller: ApiCaller,
        contact: Contact,
        language: Language | None,
    ) -> None:
        if contact.language is not language:
            await contacts.set_language(connection, caller.organization, contact.id, language)
            await self._acts.record(connection, caller, Tag.CONTACT_CHANGED, contact.id, "language")

    async def _set_texting(
        self, connection: Connection, caller: ApiCaller, contact: Contact, *, allowed: bool
    ) -> None:
        if allowed == (contact.opted_out_at is None):
            return
        at, by = (None, None) if allowed else (self._acts.clock.now(), OptedOutBy.MEMBER)
        await contacts.set_opted_out(connection, caller.organization, contact.id, at, by)
        tag = Tag.CONTACT_OPTED_IN_BY_MEMBER if allowed else Tag.CONTACT_OPTED_OUT_BY_MEMBER
        await self._acts.record(connection, caller, tag, contact.id)
