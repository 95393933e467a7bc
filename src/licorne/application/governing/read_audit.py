"""An owner, officer or auditor reads the audit trail; that, too, is recorded."""

import uuid
from dataclasses import dataclass

from licorne.application.member_acts import MemberActs
from licorne.application.shown_contact import NamedContact, name_contact
from licorne.application.signed_in_member import SignedInMember
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.actor import ActorKind
from licorne.domain.identity.ids import ContactId, OrganizationId
from licorne.domain.identity.permission import Permission
from licorne.store import audit_view, contacts, members, threads
from licorne.store.audit_view import AuditCursor, AuditFilter, ChainedEvent
from licorne.store.database import Connection, Database
from licorne.vault.keyring import Keyring
from licorne.vault.personal_fields import open_member_name

EVENTS_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class ShownEvent:
    """One act in words: who did it, and about whom it was, where that is one person."""

    chained: ChainedEvent
    actor: str | None  # a member's or service's name; none: see ``actor_contact``, or nobody
    actor_contact: NamedContact | None
    about: NamedContact | None
    about_member: str | None
    detail_member: str | None
    actor_code: str | None  # tell contacts apart for who may not know their names
    about_code: str | None


@dataclass(frozen=True, slots=True)
class AuditPage:
    events: tuple[ShownEvent, ...]
    next: AuditCursor | None


class ReadAudit:
    def __init__(self, database: Database, keyring: Keyring, acts: MemberActs) -> None:
        self._database = database
        self._keyring = keyring
        self._acts = acts

    async def __call__(
        self, member: SignedInMember, wanted: AuditFilter, *, after: AuditCursor | None = None
    ) -> AuditPage:
        """Read a page, newest first. Raises `NotPermitted`, which is recorded."""
        await self._acts.permit(self._database, member, Permission.SEE_AUDIT)
        organization = member.organization.id
        async with self._database.tenant(organization) as connection:
            found = await audit_view.page(
                connection, organization, wanted, after=after, most=EVENTS_AT_ONCE + 1
            )
            await self._acts.record(connection, member, Tag.MEMBER_SAW_AUDIT)
            return await self._page(connection, member, found)

    async def _page(
        self,
        connection: Connection,
        member: SignedInMember,
        found: tuple[ChainedEvent, ...],
    ) -> AuditPage:
        organization = member.organization.id
        shown = found[:EVENTS_AT_ONCE]
        names = await self._member_names(connection, organization)
        of_thing = await self._contacts_of(connection, organization, shown)
        about = {}
        if member.may(Permission.SEE_CONTACTS):
            about = await self._named(connection, organization, of_thing)
        events = []
        for one in shown:
            event = one.event
            actor = names.get(event.actor.id)
            if event.actor.kind is ActorKind.SERVICE:
                actor = await threads.service_name(connection, organization, event.actor.id)
            events.append(
                ShownEvent(
                    chained=one,
                    actor=actor,
                    actor_contact=about.get(event.actor.id),
                    about=about.get(event.subject) if event.subject else None,
                    about_member=names.get(event.subject) if event.subject else None,
                    detail_member=_named_in(names, event.detail),
                    actor_code=_code(of_thing.get(event.actor.id)),
                    about_code=_code(of_thing.get(event.subject)) if event.subject else None,
                )
            )
        last = shown[-1].event if len(found) > EVENTS_AT_ONCE else None
        return AuditPage(tuple(events), AuditCursor(last.at, last.id) if last else None)

    async def _member_names(
        self, connection: Connection, organization: OrganizationId
    ) -> dict[uuid.UUID, str]:
        rows = await members.fetch_all(connection, organization, with_removed=True)
        return {
            row.id: open_member_name(self._keyring, organization, row.id, row.name_sealed)
            for row in rows
        }

    async def _contacts_of(
        self,
        connection: Connection,
        organization: OrganizationId,
        shown: tuple[ChainedEvent, ...],
    ) -> dict[uuid.UUID, ContactId]:
        things = {one.event.subject for one in shown if one.event.subject} | {
            one.event.actor.id for one in shown if one.event.actor.kind is ActorKind.CONTACT
        }
        return await audit_view.contacts_of(connection, organization, list(things))

    async def _named(
        self,
        connection: Connection,
        organization: OrganizationId,
        of_thing: dict[uuid.UUID, ContactId],
    ) -> dict[uuid.UUID, NamedContact]:
        named = {}
        for contact in set(of_thing.values()):
            row = await contacts.fetch(connection, organization, contact)
            if row is not None:
                named[contact] = name_contact(self._keyring, row)
        return {thing: named[contact] for thing, contact in of_thing.items() if contact in named}


def _named_in(names: dict[uuid.UUID, str], detail: str | None) -> str | None:
    """Give the name of a member who is named by a detail, as their id."""
    try:
        return names.get(uuid.UUID(detail)) if detail else None
    except ValueError:
        return None


def _code(contact: ContactId | None) -> str | None:
    """Give a contact's code: their id's last six letters, by which nobody is known outside."""
    return None if contact is None else contact.hex[-6:]
