"""What an owner or officer has to hear of, and their saying that they did."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from licorne.application.member_acts import MemberActs
from licorne.application.signed_in_member import SignedInMember
from licorne.domain.identity.ids import MemberId
from licorne.domain.identity.permission import Permission
from licorne.store import alarms, members
from licorne.store.alarms import AlarmKind
from licorne.store.database import Database
from licorne.vault.keyring import Keyring
from licorne.vault.personal_fields import open_member_name


@dataclass(frozen=True, slots=True)
class HeardAlarm:
    id: uuid.UUID
    kind: AlarmKind
    by: str
    at: datetime


class HearAlarms:
    def __init__(self, database: Database, keyring: Keyring, acts: MemberActs) -> None:
        self._database = database
        self._keyring = keyring
        self._acts = acts

    async def __call__(self, member: SignedInMember) -> tuple[HeardAlarm, ...]:
        """Give what this member hasn't seen; nothing to somebody who isn't told of alarms."""
        if not member.may(Permission.HEAR_ALARMS):
            return ()
        organization = member.organization.id
        async with self._database.tenant(organization) as connection:
            found = await alarms.unseen(connection, organization, member.id, self._acts.now())
            names: dict[MemberId, str] = {}
            for one in found:
                row = await members.fetch(connection, organization, one.raised_by)
                if row is not None:
                    names[row.id] = open_member_name(
                        self._keyring, organization, row.id, row.name_sealed
                    )
        return tuple(
            HeardAlarm(one.id, one.kind, names.get(one.raised_by, ""), one.raised_at)
            for one in found
        )

    async def seen(self, member: SignedInMember, alarm: uuid.UUID) -> bool:
        """Note that this member saw it; False where there is no such alarm."""
        await self._acts.permit(self._database, member, Permission.HEAR_ALARMS)
        organization = member.organization.id
        async with self._database.tenant(organization) as connection:
            return await alarms.mark_seen(
                connection, organization, member.id, alarm, self._acts.now()
            )
