"""Incidents as pages show them: codes in words, days with how much time is left."""

import uuid
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date

from licorne.application.incidents.keep_incidents import ShownEntry, ShownIncident
from licorne.domain.incident.clocks import Duty, Whom, days_left
from licorne.domain.incident.incident import (
    Decision,
    Entry,
    EntryKind,
    Factor,
    Incident,
    Level,
    assessed,
)
from licorne.edges.office.desk import Shell
from licorne.edges.office.times import Moment, TimeTeller
from licorne.edges.web.language import gettext as _
from licorne.edges.web.language import ngettext
from licorne.edges.web.refusal import FieldFault


@dataclass(frozen=True, slots=True)
class DutyRow:
    whom: str
    place: str
    label: str
    due: str
    left: str
    tone: str
    told: str  # when it was done; empty: not yet
    rule: str


@dataclass(frozen=True, slots=True)
class EntryRow:
    heading: str
    text: str
    unreadable: str
    on: str
    by: str
    at: Moment


@dataclass(frozen=True, slots=True)
class FactorRow:
    value: str
    label: str
    hint: str
    level: str  # its latest, in words; empty: not assessed yet


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class IncidentRow:
    id: uuid.UUID
    number: int
    discovered: str
    decision: str
    is_closed: bool
    next: DutyRow | None


@dataclass(frozen=True, slots=True)
class IncidentsPage:
    shell: Shell
    rows: tuple[IncidentRow, ...]
    may_keep: bool


@dataclass(frozen=True, slots=True)
class NewIncidentPage:
    shell: Shell
    today: str
    discovered: str
    account: str
    as_associate: bool
    faults: tuple[FieldFault, ...] = ()


@dataclass(frozen=True, slots=True)
class IncidentPage:
    shell: Shell
    id: uuid.UUID
    number: int
    discovered: str
    opened: Moment
    as_associate: bool
    affected: str
    states: str
    decision: str
    closed: Moment | None
    duties: tuple[DutyRow, ...]
    factors: tuple[FactorRow, ...]
    levels: tuple[Choice, ...]
    decisions: tuple[Choice, ...]
    entries: tuple[EntryRow, ...]
    can_read: bool
    may_keep: bool
    today: str
    text: str = ""  # what was typed and refused
    faults: tuple[FieldFault, ...] = ()


def incident_page(
    shell: Shell,
    shown: ShownIncident,
    teller: TimeTeller,
    *,
    may_keep: bool,
    text: str = "",
    faults: tuple[FieldFault, ...] = (),
) -> IncidentPage:
    incident = shown.incident
    entries = tuple(one.entry for one in shown.entries)
    levels = assessed(entries)
    today = teller.now.astimezone(teller.zone).date()
    return IncidentPage(
        shell=shell,
        id=incident.id,
        number=incident.number,
        discovered=day(incident.discovered_on, teller),
        opened=teller.tell(incident.opened_at),
        as_associate=incident.as_associate,
        affected="" if incident.affected is None else str(incident.affected),
        states=", ".join(incident.states),
        decision=decision_words(incident.decision),
        closed=teller.tell_if(incident.closed_at),
        duties=duty_rows(incident, entries, teller),
        factors=tuple(
            FactorRow(
                one.value, *factor_words(one), level_words(levels[one]) if one in levels else ""
            )
            for one in Factor
        ),
        levels=tuple(Choice(one.value, level_words(one)) for one in Level),
        decisions=tuple(Choice(one.value, decision_words(one)) for one in Decision),
        entries=tuple(_entry_row(one, teller) for one in shown.entries),
        can_read=shown.can_read,
        may_keep=may_keep,
        today=today.isoformat(),
        text=text,
        faults=faults,
    )


def incident_row(incident: Incident, teller: TimeTeller) -> IncidentRow:
    rows = () if incident.closed_at else duty_rows(incident, (), teller)
    return IncidentRow(
        id=incident.id,
        number=incident.number,
        discovered=day(incident.discovered_on, teller),
        decision=decision_words(incident.decision),
        is_closed=incident.closed_at is not None,
        next=rows[0] if rows else None,
    )


def duty_rows(
    incident: Incident, entries: tuple[Entry, ...], teller: TimeTeller
) -> tuple[DutyRow, ...]:
    today = teller.now.astimezone(teller.zone).date()
    told = {one.tells: one.on_date for one in entries if one.tells is not None}
    return tuple(
        _duty_row(duty, told.get((duty.whom, duty.place)), today, teller)
        for duty in incident.duties
    )


def _duty_row(duty: Duty, told: date | None, today: date, teller: TimeTeller) -> DutyRow:
    left = days_left(duty, today)
    words = (
        ngettext("%(num)d day left", "%(num)d days left", left) % {"num": left}
        if left >= 0
        else ngettext("%(num)d day late", "%(num)d days late", -left) % {"num": -left}
    )
    tone = "danger" if left < 0 else "warning" if left <= 14 else "plain"
    return DutyRow(
        whom=duty.whom.value,
        place=duty.place,
        label=whom_words(duty.whom, duty.place),
        due=day(duty.due_on, teller),
        left=words,
        tone="success" if told else tone,
        told=day(told, teller) if told else "",
        rule=duty.rule,
    )


def _entry_row(shown: ShownEntry, teller: TimeTeller) -> EntryRow:
    unreadable = ""
    if shown.is_damaged:
        unreadable = _("This entry is damaged or was changed. Tell your operator.")
    elif shown.text is None:
        unreadable = _("You can’t read this yet.")
    return EntryRow(
        heading=_heading(shown.entry),
        text=shown.text or "",
        unreadable=unreadable,
        on=day(shown.entry.on_date, teller),
        by=shown.by,
        at=teller.tell(shown.entry.at),
    )


def _heading(entry: Entry) -> str:
    match entry.kind:
        case EntryKind.ACCOUNT:
            return _("What happened")
        case EntryKind.PEOPLE:
            count = entry.subject or _("not known yet")
            return _("Whose messages: %(count)s") % {"count": count}
        case EntryKind.FACTOR:
            words = factor_words(Factor(entry.subject))[0]
            return f"{words}: {level_words(Level(entry.detail))}"
        case EntryKind.DECISION:
            return _("Decided: %(words)s") % {"words": decision_words(Decision(entry.subject))}
        case EntryKind.TOLD:
            return _("Told: %(whom)s") % {"whom": whom_words(Whom(entry.subject), entry.detail)}
        case EntryKind.NOTE:
            return _("Note")
        case EntryKind.CLOSED:
            return _("Closed")


def day(on: date, teller: TimeTeller) -> str:
    return format_date(on, "long", locale=teller.locale)


def whom_words(whom: Whom, place: str) -> str:
    return {
        Whom.INDIVIDUALS: _("The people themselves"),
        Whom.MEDIA: _("Media of %(state)s") % {"state": place},
        Whom.HHS: _("The Department of Health and Human Services"),
        Whom.COVERED_ENTITY: _("The practice for which you work"),
    }[whom]


def level_words(level: Level) -> str:
    return {Level.LOW: _("Low"), Level.MEDIUM: _("Medium"), Level.HIGH: _("High")}[level]


def decision_words(decision: Decision | None) -> str:
    if decision is None:
        return _("Not decided yet")
    return {
        Decision.BREACH: _("A breach"),
        Decision.LOW_PROBABILITY: _("No breach: a low probability that data was compromised"),
        Decision.EXCEPTION: _("No breach: an exception of the rule"),
        Decision.SECURED: _("No breach: nobody could read the data"),
    }[decision]


def factor_words(factor: Factor) -> tuple[str, str]:
    return {
        Factor.NATURE: (
            _("What was in it"),
            _("How sensitive it is, and how easily somebody is known by it."),
        ),
        Factor.RECIPIENT: (
            _("Who got it"),
            _("Who used it or to whom it went: somebody bound to secrecy, or a stranger?"),
        ),
        Factor.ACQUIRED: (
            _("Whether it was really seen"),
            _("Was it opened or taken, or could it only have been?"),
        ),
        Factor.MITIGATED: (
            _("What was done about it"),
            _("How far the risk was made smaller: sessions ended, a promise to destroy it."),
        ),
    }[factor]
