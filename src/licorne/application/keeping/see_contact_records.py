"""A contact's records as an officer keeps them: whose threads there are, held or not."""

from dataclasses import dataclass

from licorne.application.acting_member import ActingMember
from licorne.application.member_acts import MemberActs
from licorne.application.shown_contact import NamedContact, name_contact
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.ids import ContactId, MemberId, TeamId, ThreadId
from licorne.domain.identity.permission import Permission
from licorne.domain.message.thread import Inbox, OwnerKind
from licorne.store import contacts, holds, members, record_ends, teams
from licorne.store.database import Connection, Database
from licorne.vault.keyring import Keyring
from licorne.vault.personal_fields import open_member_name


@dataclass(frozen=True, slots=True)
class OwnedThread:
    id: ThreadId
    kind: OwnerKind
    owner: str  # the name of the member or team
    messages: int


@dataclass(frozen=True, slots=True)
class ContactRecords:
    contact: NamedContact
    threads: tuple[OwnedThread, ...]
    living: int  # messages of which the practice still has its copy
    held: int
    shared: int  # messages that went to others as well


class SeeContactRecords:
    def __init__(self, database: Database, keyring: Keyring, acts: MemberActs) -> None:
        self._database = database
        self._keyring = keyring
        self._acts = acts

    async def __call__(self, by: ActingMember, contact: ContactId) -> ContactRecords | None:
        await self._acts.permit(self._database, by, Permission.KEEP_RECORDS)
        organization = by.organization.id
        async with self._database.tenant(organization) as connection:
            found = await contacts.fetch(connection, organization, contact)
            if found is None:
                return None
            await self._acts.record(connection, by, Tag.MEMBER_SAW_CONTACTS, contact)
            living = await record_ends.count_living(connection, organization, contact, None)
            there = await holds.threads_with(connection, organization, contact)
            return ContactRecords(
                name_contact(self._keyring, found),
                tuple(
                    [
                        OwnedThread(
                            one.thread,
                            one.inbox.kind,
                            await self._owner(connection, by, one.inbox),
                            one.messages,
                        )
                        for one in there
                    ]
                ),
                *living,
            )

    async def _owner(self, connection: Connection, by: ActingMember, inbox: Inbox) -> str:
        organization = by.organization.id
        if inbox.kind is OwnerKind.TEAM:
            team = await teams.fetch(connection, organization, TeamId(inbox.id))
            return team.name if team is not None else ""
        row = await members.fetch(connection, organization, MemberId(inbox.id))
        if row is None:
            return ""
        return open_member_name(self._keyring, organization, row.id, row.name_sealed)
