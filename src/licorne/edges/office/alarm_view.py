"""What owners and officers have to hear of, in a sentence each, with where to look."""

import uuid
from dataclasses import dataclass

from licorne.application.governing.hear_alarms import HeardAlarm
from licorne.edges.office.times import Moment, TimeTeller
from licorne.edges.web.language import gettext as _
from licorne.store.alarms import AlarmKind


@dataclass(frozen=True, slots=True)
class AlarmView:
    id: uuid.UUID
    sentence: str
    at: Moment
    where: str
    is_urgent: bool


def alarm_view(alarm: HeardAlarm, teller: TimeTeller) -> AlarmView:
    sentence = {
        AlarmKind.EMERGENCY: _("%(name)s opened somebody else’s conversation in an emergency."),
        AlarmKind.RELEASE_ASKED: _("%(name)s asks you to open the practice’s copies together."),
        AlarmKind.RELEASED: _("%(name)s approved that the practice’s copies are opened."),
        AlarmKind.KIT_USED: _("%(name)s used the recovery kit to open the practice’s copies."),
        AlarmKind.HOLDERS_CHANGED: _("%(name)s changed who can open the practice’s copies."),
    }[alarm.kind]
    emergency = alarm.kind is AlarmKind.EMERGENCY
    return AlarmView(
        id=alarm.id,
        sentence=sentence % {"name": alarm.by},
        at=teller.tell(alarm.at),
        where="/office/emergencies" if emergency else "/office/record-key",
        is_urgent=alarm.kind in {AlarmKind.EMERGENCY, AlarmKind.KIT_USED},
    )
