"""`licorne records`: how long the practice keeps its copies, and what must not be destroyed."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from licorne.application.keeping.keep_holds import ShownHold
from licorne.domain.identity.permission import Permission
from licorne.domain.records.retention import YearsRefused, parse_years
from licorne.edges.cli.arguments import Run, Shared, Subcommands, add_command, add_group
from licorne.edges.cli.invocation import DONE, CommandFailed, Invocation, shown_time
from licorne.edges.cli.table import table


@dataclass(frozen=True, slots=True)
class ToldHold:
    id: uuid.UUID
    contact: uuid.UUID
    thread: uuid.UUID | None
    reason: str
    placed_by: str
    placed_at: datetime
    released_at: datetime | None


@dataclass(frozen=True, slots=True)
class ToldCertificate:
    at: datetime
    by: str | None
    cause: str
    count: int
    first: str
    last: str
    sha256: str


def add_records(subparsers: Subcommands, run: Run, shared: Shared) -> None:
    group = add_group(
        subparsers,
        "records",
        "what the practice keeps, and for how long",
        "See and set how long copies are kept; see legal holds and what was destroyed.",
    )
    retention = add_command(
        group, "retention", _retention, run, shared,
        needs=Permission.KEEP_RECORDS,
        summary="say or set how long messages are kept",
        description="Say for how many years the practice keeps its copy of what was written, or\n"
        "set it. A longer time holds at once for everything, a shorter one for what is\n"
        "written from then on.",
        examples="  licorne records retention\n  licorne records retention 10",
    )  # fmt: skip
    retention.add_argument("years", metavar="YEARS", nargs="?", help="at least 6")
    add_command(
        group, "holds", _holds, run, shared,
        needs=Permission.KEEP_RECORDS,
        summary="list legal holds",
        description="List what must not be destroyed, whatever its age, and why.",
        examples="  licorne records holds",
    )  # fmt: skip
    add_command(
        group, "destroyed", _destroyed, run, shared,
        needs=Permission.KEEP_RECORDS,
        summary="list certificates of destruction",
        description="List what was destroyed: how many messages, of which days, why, and the\n"
        "SHA-256 over their ids (16 bytes each, in ascending order).",
        examples="  licorne records destroyed --json",
    )  # fmt: skip


async def _retention(invocation: Invocation) -> int:
    by = await invocation.acting()
    if invocation.options.years is not None:
        try:
            years = parse_years(invocation.options.years)
        except YearsRefused as refused:
            raise CommandFailed(refused.sentence) from None
        await invocation.use_cases.retention.set(by, years)
    kept = await invocation.use_cases.retention(by)
    if invocation.as_json:
        invocation.tell_json({"years": kept.years})
    else:
        invocation.say(f"The practice keeps its copies for {kept.years} years.")
    return DONE


async def _holds(invocation: Invocation) -> int:
    by = await invocation.acting()
    found = await invocation.use_cases.holds.list(by)
    if invocation.as_json:
        invocation.tell_json([_told(one) for one in found])
        return DONE
    if not found:
        invocation.say("No holds.")
        return DONE
    rows = [
        (
            one.contact.name or one.contact.number.international,
            "one conversation" if one.thread is not None else "everything",
            one.reason,
            one.placed_by,
            shown_time(one.placed_at, by),
            "-" if one.released_at is None else shown_time(one.released_at, by),
        )
        for one in found
    ]
    invocation.say(table(("CONTACT", "WHAT", "WHY", "BY", "SINCE", "RELEASED"), rows))
    return DONE


async def _destroyed(invocation: Invocation) -> int:
    by = await invocation.acting()
    kept = await invocation.use_cases.retention(by)
    told = [
        ToldCertificate(
            at=one.at,
            by=one.by,
            cause=one.certificate.cause.value,
            count=one.certificate.count,
            first=one.certificate.first.isoformat(),
            last=one.certificate.last.isoformat(),
            sha256=one.certificate.digest,
        )
        for one in kept.certificates
    ]
    if invocation.as_json:
        invocation.tell_json(told)
        return DONE
    if not told:
        invocation.say("Nothing was destroyed yet.")
        return DONE
    rows = [
        (shown_time(one.at, by), str(one.count), one.first, one.last, one.cause, one.sha256)
        for one in told
    ]
    invocation.say(table(("TIME", "MESSAGES", "FIRST", "LAST", "CAUSE", "SHA-256"), rows))
    return DONE


def _told(one: ShownHold) -> ToldHold:
    return ToldHold(
        id=one.id,
        contact=one.contact.id,
        thread=one.thread,
        reason=one.reason,
        placed_by=one.placed_by,
        placed_at=one.placed_at,
        released_at=one.released_at,
    )
