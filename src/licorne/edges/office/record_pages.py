"""Records: how long the practice keeps its copies, legal holds, and what was destroyed."""

import uuid
from dataclasses import dataclass

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from licorne.application.keeping.keep_holds import HoldRefusal, ShownHold
from licorne.application.keeping.keep_retention import ShownCertificate
from licorne.application.signed_in_member import SignedInMember
from licorne.domain.records.certificate import Cause
from licorne.domain.records.retention import YearsRefused, parse_years
from licorne.edges.office.desk import Desk, Shell
from licorne.edges.office.thread_view import name_shown
from licorne.edges.office.times import Moment, TimeTeller
from licorne.edges.web.context import WebRequest
from licorne.edges.web.language import gettext as _
from licorne.edges.web.pages import see_other
from licorne.edges.web.refusal import FieldFault, Refusal


@dataclass(frozen=True, slots=True)
class HoldRow:
    id: uuid.UUID
    contact: uuid.UUID
    name: str
    is_of_thread: bool
    reason: str
    placed_by: str
    placed: Moment
    released_by: str
    released: Moment | None
    release_reason: str


@dataclass(frozen=True, slots=True)
class CertificateRow:
    at: Moment
    by: str  # empty: at the end of its time
    cause: str
    count: int
    first: str
    last: str
    digest: str


@dataclass(frozen=True, slots=True)
class RecordsPage:
    shell: Shell
    years: str
    standing: tuple[HoldRow, ...]
    released: tuple[HoldRow, ...]
    certificates: tuple[CertificateRow, ...]
    releasing: uuid.UUID | None = None  # the hold whose release lacks a reason
    faults: tuple[FieldFault, ...] = ()


def record_routes(desk: Desk) -> list[HTTPRouteHandler]:
    async def page(
        request: WebRequest,
        member: SignedInMember,
        *,
        years: str | None = None,
        releasing: uuid.UUID | None = None,
        faults: tuple[FieldFault, ...] = (),
    ) -> Response[bytes]:
        teller = desk.teller(member)
        retention = await desk.use_cases.retention(member)
        held = [hold_row(one, member, teller) for one in await desk.use_cases.holds.list(member)]
        view = RecordsPage(
            shell=desk.shell(request, member, "records"),
            years=str(retention.years) if years is None else years,
            standing=tuple(one for one in held if one.released is None),
            released=tuple(one for one in held if one.released is not None),
            certificates=tuple(certificate_row(one, teller) for one in retention.certificates),
            releasing=releasing,
            faults=faults,
        )
        status = 422 if faults else 200
        return desk.render(request, member, "office/records.html", view, status=status)

    @get("/office/records")
    async def records(request: WebRequest) -> Response[bytes]:
        return await page(request, await desk.member(request))

    @post("/office/records/retention")
    async def set_retention(request: WebRequest) -> Response[bytes]:
        member, form = await desk.form(request)
        typed = form.text("years")[:20]
        try:
            years = parse_years(typed)
        except YearsRefused as refused:
            fault = FieldFault("years", _(refused.sentence))
            return await page(request, member, years=typed, faults=(fault,))
        await desk.use_cases.retention.set(member, years)
        return see_other(request, "/office/records")

    @post("/office/records/holds/{hold:uuid}/release")
    async def release(request: WebRequest, hold: FromPath[uuid.UUID]) -> Response[bytes]:
        member, form = await desk.form(request)
        done = await desk.use_cases.holds.release(member, hold, form.text("reason"))
        if done is HoldRefusal.NO_SUCH_HOLD:
            raise Refusal(404, "no-such-hold", _(done.value), title=_("Not found"))
        if isinstance(done, HoldRefusal):
            fault = FieldFault(f"release-{hold}", _(done.value))
            return await page(request, member, releasing=hold, faults=(fault,))
        return see_other(request, "/office/records")

    return [records, set_retention, release]


def hold_row(hold: ShownHold, member: SignedInMember, teller: TimeTeller) -> HoldRow:
    return HoldRow(
        id=hold.id,
        contact=hold.contact.id,
        name=name_shown(hold.contact, member.organization.region),
        is_of_thread=hold.thread is not None,
        reason=hold.reason,
        placed_by=hold.placed_by,
        placed=teller.tell(hold.placed_at),
        released_by=hold.released_by or "",
        released=teller.tell_if(hold.released_at),
        release_reason=hold.release_reason or "",
    )


def certificate_row(shown: ShownCertificate, teller: TimeTeller) -> CertificateRow:
    certificate = shown.certificate
    return CertificateRow(
        at=teller.tell(shown.at),
        by=shown.by or "",
        cause=cause_words(certificate.cause),
        count=certificate.count,
        first=certificate.first.isoformat(),
        last=certificate.last.isoformat(),
        digest=certificate.digest,
    )


def cause_words(cause: Cause) -> str:
    return {
        Cause.RETENTION: _("Its time had come"),
        Cause.WRONG_PERSON: _("It was written to the wrong person"),
        Cause.KEPT_ELSEWHERE: _("It is kept elsewhere, such as in the patient’s chart"),
        Cause.ORDERED: _("A court or an authority ordered it"),
    }[cause]
