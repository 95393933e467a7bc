"""The facts that screening and sealing need: a row per recipient, many requests a round trip."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import asyncpg

from licorne.domain.consent.ledger import Standing
from licorne.domain.identity.actor import Actor
from licorne.domain.identity.ids import (
    ContactId,
    KeyId,
    MailboxId,
    OrganizationId,
    TeamId,
    ThreadId,
)
from licorne.domain.mailbox.proof import Proof
from licorne.domain.sealing.records import CurrentKey, DirectoryKey, ReaderKind
from licorne.store.database import Connection


@dataclass(frozen=True, slots=True)
class FactsAsked:
    """One sender and one recipient's number, as its HMAC."""

    organization: OrganizationId
    author: Actor
    number_lookup: bytes


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """A contact that the organization has met, with where its messages go."""

    id: ContactId
    number_epoch: int
    opted_out: bool
    mailbox: MailboxId
    binding: bytes  # what ``vault.contact_binding`` made of number, contact, epoch and mailbox
    proof: Proof
    key: CurrentKey
    thread: ThreadId | None  # with this owner
    consent: Standing  # to notices, in this number epoch


@dataclass(frozen=True, slots=True)
class IntakeFacts:
    organization_name: str
    organization_suspended: bool
    author_suspended: bool
    daily_quota: int
    used_today: int
    default_expiry: timedelta
    retention: timedelta
    largest_message: int
    refused_file_types: frozenset[str] | None
    consent_demanded: bool
    owner_key: CurrentKey | None  # the thread owner's: the author's, or the service's team's
    record_key: CurrentKey | None
    contact: ContactFacts | None


async def fetch_facts(
    connection: Connection, asked: Sequence[FactsAsked], day: date
) -> list[IntakeFacts | None]:
    """Fetch facts in the order asked; None for an organization that doesn't exist."""
    rows = await connection.fetch(
        "SELECT * FROM intake_facts($1::uuid[], $2::text[], $3::uuid[], $4::bytea[], $5)",
        [one.organization for one in asked],
        [one.author.kind.value for one in asked],
        [one.author.id for one in asked],
        [one.number_lookup for one in asked],
        day,
    )
    facts: list[IntakeFacts | None] = [None] * len(asked)
    for row in rows:
        place = row["ordinal"] - 1
        facts[place] = _facts(asked[place].organization, row)
    return facts


async def fetch_team_facts(
    connection: Connection,
    organization: OrganizationId,
    member: uuid.UUID,
    team: TeamId,
    facts: Sequence[IntakeFacts],
) -> tuple[IntakeFacts, ...]:
    """Put a team in the author's place as the owner of the threads.

    Who isn't of the team gets no owner's key, and nothing can be sealed.
    """
    met = [None if one.contact is None else one.contact.id for one in facts]
    rows = await connection.fetch(
        "SELECT * FROM team_owner_facts($1, $2, $3, $4::uuid[])", organization, member, team, met
    )
    if not rows:
        return tuple(replace(one, owner_key=None) for one in facts)
    first = rows[0]
    key = CurrentKey(
        organization=organization,
        kind=ReaderKind.TEAM,
        owner=team,
        key=KeyId(first["key_id"]),
        version=first["version"],
        signature=first["signature"],
    )
    threads = {row["contact_id"]: row["thread_id"] for row in rows}
    return tuple(
        replace(
            one,
            owner_key=key,
            contact=one.contact and replace(one.contact, thread=threads.get(one.contact.id)),
        )
        for one in facts
    )


def _facts(organization: OrganizationId, row: asyncpg.Record) -> IntakeFacts:
    refused = row["refused_file_types"]
    return IntakeFacts(
        organization_name=row["organization_name"],
        organization_suspended=row["organization_suspended"],
        author_suspended=row["author_suspended"],
        daily_quota=row["daily_quota"],
        used_today=row["used_today"],
        default_expiry=row["default_expiry"],
        retention=row["retention"],
        largest_message=row["largest_message"],
        refused_file_types=None if refused is None else frozenset(refused),
        consent_demanded=row["consent_demanded"],
        owner_key=_pointer(organization, row["owner_kind"], row["owner_id"], row, "owner"),
        record_key=_pointer(organization, ReaderKind.RECORD, organization, row, "record"),
        contact=None if row["contact_id"] is None else _contact(organization, row),
    )


def _contact(organization: OrganizationId, row: asyncpg.Record) -> ContactFacts:
    key = _pointer(organization, row["mailbox_key_kind"], row["mailbox_id"], row, "mailbox")
    if key is None:
        raise LookupError("a contact's mailbox has no current key")
    return ContactFacts(
        id=row["contact_id"],
        number_epoch=row["number_epoch"],
        opted_out=row["opted_out"],
        mailbox=row["mailbox_id"],
        binding=row["binding"],
        proof=Proof(row["proof"]),
        key=key,
        thread=row["thread_id"],
        consent=Standing(row["consent"] or Standing.NONE),
    )


def _pointer(
    organization: OrganizationId, kind: str, owner: uuid.UUID, row: asyncpg.Record, prefix: str
) -> CurrentKey | None:
    if row[prefix + "_key"] is None:
        return None
    return CurrentKey(
        organization=organization,
        kind=ReaderKind(kind),
        owner=owner,
        key=KeyId(row[prefix + "_key"]),
        version=row[prefix + "_key_version"],
        signature=row[prefix + "_key_signature"],
    )


async def fetch_directory_keys(
    connection: Connection, wanted: Sequence[CurrentKey]
) -> dict[KeyId, DirectoryKey]:
    """Fetch the directory rows that pointers name."""
    rows = await connection.fetch(
        "SELECT * FROM find_directory_keys($1::uuid[], $2::uuid[])",
        [pointer.organization for pointer in wanted],
        [pointer.key for pointer in wanted],
    )
    return {
        KeyId(row["id"]): DirectoryKey(
            organization=row["organization_id"],
            id=row["id"],
            kind=ReaderKind(row["kind"]),
            owner=row["owner_id"],
            version=row["version"],
            suite=row["suite"],
            public_key=row["public_key"],
            signature=row["signature"],
        )
        for row in rows
    }
