"""Numbers that are held because a text of theirs may mean "stop": a member looks and decides."""

from dataclasses import dataclass
from datetime import datetime

from licorne.application.acting_member import ActingMember
from licorne.application.member_acts import MemberActs
from licorne.application.shown_contact import NamedContact, name_contact
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.contact import OptedOutBy
from licorne.domain.identity.ids import ContactId, ThreadId
from licorne.domain.identity.permission import Permission
from licorne.store import contacts, inbound_texts
from licorne.store.database import Database
from licorne.vault.keyring import Keyring


@dataclass(frozen=True, slots=True)
class HeldNumber:
    contact: NamedContact
    since: datetime
    thread: ThreadId | None  # where the text lies, for who may read it


class ReviewHeldTexts:
    def __init__(self, database: Database, keyring: Keyring, acts: MemberActs) -> None:
        self._database = database
        self._keyring = keyring
        self._acts = acts

    async def list(self, by: ActingMember) -> tuple[HeldNumber, ...]:
        """Give the held numbers, the longest held first."""
        await self._acts.permit(self._database, by, Permission.SEE_CONTACTS)
        organization = by.organization.id
        async with self._database.tenant(organization) as connection:
            found = []
            for one in await inbound_texts.held(connection, organization):
                contact = await contacts.fetch(connection, organization, one.contact)
                if contact is not None:
                    named = name_contact(self._keyring, contact)
                    found.append(HeldNumber(named, one.since, one.thread))
            await self._acts.record(connection, by, Tag.MEMBER_SAW_HELD)
        return tuple(found)

    async def decide(self, by: ActingMember, contact: ContactId, *, stop: bool) -> bool:
        """End a hold: texts stop for good, or go out again; False where nothing is held."""
        await self._acts.permit(self._database, by, Permission.CHANGE_CONTACTS)
        organization = by.organization.id
        async with self._database.tenant(organization) as connection:
            found = await contacts.fetch(connection, organization, contact, lock=True)
            if found is None or found.opted_out_by is not OptedOutBy.REVIEW:
                return False
            await contacts.set_opted_out(
                connection,
                organization,
                contact,
                found.opted_out_at if stop else None,
                OptedOutBy.CONTACT if stop else None,
            )
            tag = Tag.CONTACT_OPTED_OUT_BY_MEMBER if stop else Tag.CONTACT_OPTED_IN_BY_MEMBER
            await self._acts.record(connection, by, tag, contact, detail="review")
        return True
