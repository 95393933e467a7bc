"""Whose data could a session, a token or a stolen device have seen: a form and its answer."""

import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from licorne.application.incidents.see_exposure import ShownExposure, ShownWay
from licorne.application.signed_in_member import SignedInMember
from licorne.domain.incident.exposure import ExposureAsked, Reach
from licorne.edges.office.desk import Desk, Shell
from licorne.edges.office.incident_views import Choice
from licorne.edges.office.thread_view import name_shown
from licorne.edges.office.times import Moment, TimeTeller
from licorne.edges.web.context import WebRequest
from licorne.edges.web.language import gettext as _
from licorne.edges.web.refusal import FieldFault

USUAL_SPAN = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class ExposedRow:
    name: str
    link: str
    reach: str
    tone: str
    what: str
    first: Moment | None
    last: Moment | None


@dataclass(frozen=True, slots=True)
class ExposurePage:
    shell: Shell
    members: tuple[Choice, ...]
    ways: tuple[Choice, ...]
    who: str
    since: str
    until: str
    asked: bool
    rows: tuple[ExposedRow, ...]
    counts: tuple[Choice, ...]  # how many people, by reach
    zone: str
    faults: tuple[FieldFault, ...] = ()


def exposure_routes(desk: Desk) -> list[HTTPRouteHandler]:
    @get("/office/exposure")
    async def exposure(request: WebRequest) -> Response[bytes]:
        member = await desk.member(request)
        teller, query = desk.teller(member), request.query_params
        today = teller.now.astimezone(teller.zone).date()
        who = query.get("who", "")[:60]
        since = query.get("since", (today - USUAL_SPAN).isoformat())[:10]
        until = query.get("until", today.isoformat())[:10]
        asked, fault = _read(who, since, until, teller) if who else (None, None)
        found = await desk.use_cases.exposure(member, asked) if asked is not None else ()
        view = ExposurePage(
            shell=desk.shell(request, member, "incidents"),
            members=tuple(
                Choice(f"member:{one.id}", one.name)
                for one in await desk.use_cases.exposure.members(member)
            ),
            ways=tuple(
                Choice(f"way:{one.way.via}", _way_words(one, teller))
                for one in await desk.use_cases.exposure.ways(member)
            ),
            who=who,
            since=since,
            until=until,
            asked=asked is not None,
            rows=tuple(_row(one, member, teller) for one in found),
            counts=tuple(
                Choice(str(sum(1 for one in found if one.reach is reach)), reach_words(reach))
                for reach in Reach
            ),
            zone=teller.zone_name,
            faults=() if fault is None else (fault,),
        )
        status = 200 if fault is None else 422
        return desk.render(request, member, "office/exposure.html", view, status=status)

    return [exposure]


def _read(
    who: str, since: str, until: str, teller: TimeTeller
) -> tuple[ExposureAsked | None, FieldFault | None]:
    """Read the form; days are the practice's, and the last one is in it."""
    kind, _colon, name = who.partition(":")
    try:
        identity = uuid.UUID(name)
    except ValueError:
        return None, FieldFault("who", _("Choose whom or what it is about."))
    try:
        first, last = date.fromisoformat(since), date.fromisoformat(until)
    except ValueError:
        return None, FieldFault("since", _("Write the day as year-month-day."))
    if last < first:
        return None, FieldFault("until", _("This day is before the first one."))
    begin = datetime(first.year, first.month, first.day, tzinfo=teller.zone)
    end = datetime(last.year, last.month, last.day, tzinfo=teller.zone) + timedelta(days=1)
    return ExposureAsked(
        since=begin.astimezone(UTC),
        until=end.astimezone(UTC),
        via=identity if kind == "way" else None,
        actor=identity if kind != "way" else None,
    ), None


def _way_words(shown: ShownWay, teller: TimeTeller) -> str:
    way = shown.way
    what = {
        "session": _("a sign-in in the office"),
        "token": _("the API token “%(label)s”"),
        "app-password": _("the email program “%(label)s”"),
    }[way.kind] % {"label": way.label}
    who = shown.who or _("A program")
    return f"{who}: {what}, {teller.tell(way.first_at).line} – {teller.tell(way.last_at).line}"


def _row(shown: ShownExposure, member: SignedInMember, teller: TimeTeller) -> ExposedRow:
    facts = shown.facts
    done = (
        (facts.opened, _("opened: %(count)s")),
        (facts.files, _("files taken: %(count)s")),
        (facts.given_out, _("in a copy: %(count)s")),
        (facts.written, _("written: %(count)s")),
    )
    contact = shown.contact
    return ExposedRow(
        name=_("Contact %(code)s") % {"code": shown.code}
        if contact is None
        else name_shown(contact, member.organization.region),
        link="" if contact is None else f"/office/contacts/{contact.id}",
        reach=reach_words(shown.reach),
        tone={Reach.CONTENT: "danger", Reach.NAMED: "warning", Reach.WITHIN_REACH: "plain"}[
            shown.reach
        ],
        what=", ".join(words % {"count": count} for count, words in done if count),
        first=teller.tell_if(facts.first_at),
        last=teller.tell_if(facts.last_at),
    )


def reach_words(reach: Reach) -> str:
    return {
        Reach.CONTENT: _("Messages or files"),
        Reach.NAMED: _("Name and number only"),
        Reach.WITHIN_REACH: _("Within reach, not opened"),
    }[reach]
