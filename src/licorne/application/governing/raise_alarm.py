"""Tells all owners and officers of something that they have to hear of, in the act's transaction.

It stands on their pages until each has said to have seen it, and open pages hear of it at once.
"""

import uuid

from licorne.application.acting_member import ActingMember
from licorne.application.member_acts import MemberActs
from licorne.store import alarms, events
from licorne.store.alarms import Alarm, AlarmKind
from licorne.store.database import Connection


async def raise_alarm(
    connection: Connection,
    acts: MemberActs,
    by: ActingMember,
    kind: AlarmKind,
    subject: uuid.UUID | None = None,
) -> None:
    alarm = Alarm(acts.new_id(), kind, by.id, subject, acts.now())
    await alarms.add(connection, by.organization.id, alarm)
    change = events.Change(by.organization.id, events.Changed.ALARM, alarm.id)
    await events.announce_change(connection, change)
