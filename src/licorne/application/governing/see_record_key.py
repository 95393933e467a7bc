"""How the practice's record key stands: who holds it, what is asked for, what is open, the kit."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from licorne.application.governing.record_holders import RecordHolders
from licorne.application.member_acts import MemberActs
from licorne.application.signed_in_member import SignedInMember
from licorne.domain.identity.ids import MemberId
from licorne.domain.identity.permission import Permission, is_allowed
from licorne.domain.identity.role import Role
from licorne.domain.sealing.records import UnlockMethod
from licorne.store import members, record_keys, record_releases
from licorne.store.database import Database
from licorne.vault.keyring import Keyring
from licorne.vault.personal_fields import open_member_name, open_release_reason


@dataclass(frozen=True, slots=True)
class Officer:
    """An owner or officer; ``holds`` a share of the record key, or the whole."""

    id: MemberId
    name: str
    role: Role
    holds: bool
    is_reader: bool


@dataclass(frozen=True, slots=True)
class SeenRelease:
    id: uuid.UUID
    by: str
    by_reader: bool
    reason: str
    asked_at: datetime
    open_until: datetime | None
    approved_by: str  # empty: nobody yet, or the kit


@dataclass(frozen=True, slots=True)
class RecordKeyStanding:
    officers: tuple[Officer, ...]
    takes_two: bool
    open_now: bool  # to the reader
    opens_all: bool  # every version, as adding somebody takes
    kit_made_at: datetime | None
    kit_opens: bool  # something that the reader can't open alone, but with the kit
    releases: tuple[SeenRelease, ...]
    trusted: tuple[Officer, ...]  # everybody who reads messages; ``holds``: on the emergency list


class SeeRecordKey:
    def __init__(
        self, database: Database, keyring: Keyring, holders: RecordHolders, acts: MemberActs
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._holders = holders
        self._acts = acts

    async def __call__(self, by: SignedInMember) -> RecordKeyStanding:
        await self._acts.permit(self._database, by, Permission.HOLD_RECORD_KEY)
        organization, now = by.organization.id, self._acts.now()
        async with self._database.tenant(organization) as connection:
            rows = await members.fetch_all(connection, organization)
            there = await record_keys.holders(connection, organization)
            locked = await record_keys.fetch_locked(connection, organization)
            kit = await record_keys.fetch_kit(connection, organization)
            opened = await self._holders.open(connection, by)
            listed = await record_keys.emergency_openers(connection, organization)
            live = await record_releases.fetch_live(connection, organization, now)
        names = {
            row.id: open_member_name(self._keyring, organization, row.id, row.name_sealed)
            for row in rows
        }
        methods = {wrap.method for one in locked for wrap in one.wraps}
        all_open = len(opened) == len(locked)
        return RecordKeyStanding(
            officers=tuple(
                Officer(row.id, names[row.id], row.role, row.id in there, row.id == by.id)
                for row in rows
                if row.id in there
                or (row.may_act and is_allowed(row.role, Permission.HOLD_RECORD_KEY))
            ),
            takes_two=UnlockMethod.PAIR in methods,
            open_now=bool(opened),
            opens_all=all_open and bool(locked),
            kit_made_at=None if kit is None else kit.made_at,
            kit_opens=kit is not None and not all_open,
            trusted=tuple(
                Officer(row.id, names[row.id], row.role, row.id in listed, row.id == by.id)
                for row in rows
                if row.may_act and is_allowed(row.role, Permission.OPEN_IN_EMERGENCY)
            ),
            releases=tuple(
                SeenRelease(
                    id=one.id,
                    by=names.get(one.asked_by, ""),
                    by_reader=one.asked_by == by.id,
                    reason=open_release_reason(
                        self._keyring, organization, one.id, one.reason_sealed
                    ),
                    asked_at=one.asked_at,
                    open_until=one.open_until,
                    approved_by=names.get(MemberId(one.approved_by), "") if one.approved_by else "",
                )
                for one in live
            ),
        )
