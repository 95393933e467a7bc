"""`licorne incident`: the register, and whose data something could have seen."""

import argparse
import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from licorne.application.acting_member import ActingMember
from licorne.application.incidents.see_exposure import ShownExposure
from licorne.domain.identity.permission import Permission
from licorne.domain.incident.exposure import ExposureAsked
from licorne.edges.cli.arguments import Run, Shared, Subcommands, add_command, add_group
from licorne.edges.cli.invocation import DONE, Invocation, identity, shown_time
from licorne.edges.cli.member_commands import member_named
from licorne.edges.cli.table import table

_USUAL_DAYS = 30


@dataclass(frozen=True, slots=True)
class ToldExposure:
    contact: uuid.UUID
    number: str | None
    name: str | None
    reach: str
    opened: int
    files: int
    given_out: int
    written: int
    first_at: datetime | None
    last_at: datetime | None


def add_incident(subparsers: Subcommands, run: Run, shared: Shared) -> None:
    group = add_group(
        subparsers,
        "incident",
        "whose data could have been seen",
        "Answer from the audit trail; the register itself is kept in the office.",
    )
    exposure = add_command(
        group, "exposure", _exposure, run, shared,
        needs=Permission.SEE_INCIDENTS,
        summary="whose data could a session, token or member have seen?",
        description="List the people whose messages were opened, whose name and number were shown\n"
        "in a list, or whose conversation lay within reach: through one session, API token or\n"
        "app password (its id), or by one member with all their devices.",
        examples="""\
  licorne incident exposure --member bob@riverbend.example --since 2026-11-20
  licorne incident exposure --through 019dd2f0-6d0e-7c4c-8a52-0d8b4b0e2a11 --json
  licorne incident ways""",
    )  # fmt: skip
    asked = exposure.add_mutually_exclusive_group(required=True)
    asked.add_argument("--member", metavar="EMAIL", help="everything of this member")
    asked.add_argument(
        "--through", metavar="ID", type=identity, help="a session, token or app password"
    )
    exposure.add_argument(
        "--since", metavar="DAY", type=_day, help=f"the first day; {_USUAL_DAYS} days ago if not"
    )
    exposure.add_argument("--until", metavar="DAY", type=_day, help="the last day; today if not")
    add_command(
        group, "ways", _ways, run, shared,
        needs=Permission.SEE_INCIDENTS,
        summary="list sessions, tokens and app passwords that were used",
        description="List what was acted through in the last 90 days, with the ids to ask about;\n"
        "also what was ended or revoked since.",
        examples="  licorne incident ways",
    )  # fmt: skip


async def _exposure(invocation: Invocation) -> int:
    options, by = invocation.options, await invocation.acting()
    zone = ZoneInfo(by.organization.time_zone)
    today = datetime.now(zone).date()
    since = options.since or today - timedelta(days=_USUAL_DAYS)
    until = (options.until or today) + timedelta(days=1)
    actor = None
    if options.member is not None:
        actor = (await member_named(invocation, options.member)).id
    asked = ExposureAsked(_begin(since, zone), _begin(until, zone), options.through, actor)
    found = await invocation.use_cases.exposure(by, asked)
    if invocation.as_json:
        invocation.tell_json([_told(one) for one in found])
        return DONE
    if not found:
        invocation.say("Nobody's.")
        return DONE
    invocation.say(
        table(
            ("PERSON", "REACH", "OPENED", "FILES", "COPIES", "WRITTEN", "FIRST", "LAST"),
            [_row(one, by) for one in found],
        )
    )
    return DONE


async def _ways(invocation: Invocation) -> int:
    by = await invocation.acting()
    found = await invocation.use_cases.exposure.ways(by)
    if invocation.as_json:
        invocation.tell_json([one.way for one in found])
        return DONE
    rows = [
        (
            str(one.way.via),
            one.way.kind,
            one.way.label or "-",
            one.who or "a program",
            shown_time(one.way.first_at, by),
            shown_time(one.way.last_at, by),
        )
        for one in found
    ]
    invocation.say(table(("ID", "KIND", "LABEL", "WHO", "FIRST", "LAST"), rows))
    return DONE


def _row(one: ShownExposure, by: ActingMember) -> tuple[str, ...]:
    facts = one.facts
    named = one.contact and (one.contact.name or one.contact.number.international)
    return (
        named or f"contact {one.code}",
        one.reach.value,
        str(facts.opened),
        str(facts.files),
        str(facts.given_out),
        str(facts.written),
        "-" if facts.first_at is None else shown_time(facts.first_at, by),
        "-" if facts.last_at is None else shown_time(facts.last_at, by),
    )


def _told(one: ShownExposure) -> ToldExposure:
    facts = one.facts
    return ToldExposure(
        contact=facts.contact.id,
        number=one.contact.number.e164 if one.contact else None,
        name=one.contact.name if one.contact else None,
        reach=one.reach.value,
        opened=facts.opened,
        files=facts.files,
        given_out=facts.given_out,
        written=facts.written,
        first_at=facts.first_at,
        last_at=facts.last_at,
    )


def _begin(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("a day looks like 2026-11-24") from None
