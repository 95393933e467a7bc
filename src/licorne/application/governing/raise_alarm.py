"""Tells all owners and officers of something that they have to hear of, in the act's transaction.

It stands on their pages until each has said to have seen it; open pages hear of it at once, and
where there is a mail relay each of them gets a mail (`MailAlarm`).
"""

import uuid

from licorne.application.acting_member import ActingMember
from licorne.application.member_acts import MemberActs
from licorne.domain.identity.permission import Permission, is_allowed
from licorne.store import alarms, events, jobs, members
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
    for member in await members.fetch_all(connection, by.organization.id):
        hears = member.may_act and is_allowed(member.role, Permission.HEAR_ALARMS)
        if hears and member.id != by.id:
            await jobs.enqueue(connection, jobs.MailAlarm(by.organization.id, alarm.id, member.id))
