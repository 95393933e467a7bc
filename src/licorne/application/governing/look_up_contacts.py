"""A member looks through the organization's contacts, or at one of them."""

from dataclasses import dataclass

from licorne.application.acting_member import ActingMember
from licorne.application.contact_with_number import contact_with_number
from licorne.application.member_acts import MemberActs
from licorne.application.shown_contact import (
    NamedContact,
    ShownContact,
    name_contact,
    show_contact,
)
from licorne.application.signed_in_member import SignedInMember
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.ids import ContactId
from licorne.domain.identity.permission import Permission
from licorne.store import contact_cards, contacts
from licorne.store.database import Database
from licorne.vault.keyring import Keyring

CONTACTS_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class ContactList:
    contacts: tuple[NamedContact, ...]  # by name; those without one after them
    total: int  # how many there are in all, or match


@dataclass(frozen=True, slots=True)
class ContactView:
    contact: ShownContact
    left_behind: int  # messages in this member's inboxes that a reset has put out of reach


class LookUpContacts:
    def __init__(self, database: Database, keyring: Keyring, acts: MemberActs) -> None:
        self._database = database
        self._keyring = keyring
        self._acts = acts

    async def __call__(
        self,
        member: ActingMember,
        words: str = "",
        *,
        most: int = CONTACTS_AT_ONCE,
        by_person: bool = True,
    ) -> ContactList:
        """List contacts, or those whose name or number holds the words.

        Names are sealed, so they are opened here, compared and sorted in memory. ``by_person`` is
        false for what a page asks by itself while somebody types: it isn't recorded.
        """
        await self._acts.permit(self._database, member, Permission.SEE_CONTACTS)
        async with self._database.tenant(member.organization.id) as connection:
            found = await contacts.fetch_all(connection, member.organization.id)
            exact = await contact_with_number(connection, self._keyring, member.organization, words)
            if exact is not None and exact.removed_at is None and exact not in found:
                found = (exact, *found)
            if by_person:
                detail = "search" if words.strip() else None
                await self._acts.record(connection, member, Tag.MEMBER_SAW_CONTACTS, detail=detail)
        named = [name_contact(self._keyring, contact) for contact in found]
        if words.strip():
            named = [one for one in named if one.matches(words)]
        named.sort(key=lambda one: (one.name is None, (one.name or "").casefold()))
        return ContactList(tuple(named[:most]), len(named))

    async def one(
        self, member: SignedInMember, contact: ContactId, *, by_person: bool = True
    ) -> ContactView | None:
        await self._acts.permit(self._database, member, Permission.SEE_CONTACTS)
        organization = member.organization.id
        async with self._database.tenant(organization) as connection:
            card = await contact_cards.fetch(connection, organization, contact)
            if card is None:
                return None
            left = await contact_cards.left_behind(
                connection, organization, contact, card.contact.mailbox, member.inboxes
            )
            if by_person:
                await self._acts.record(connection, member, Tag.MEMBER_SAW_CONTACTS, contact)
        return ContactView(show_contact(self._keyring, card), len(left))
