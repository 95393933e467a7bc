"""The practice's copies: who holds the key to them, opening them by two, and the recovery kit."""

import uuid
from dataclasses import dataclass

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from licorne.application.governing.keep_record_holders import WhyNotHeld
from licorne.application.governing.prove_again import NotProved
from licorne.application.governing.recovery_kit import WhyNoKit
from licorne.application.governing.release_record_key import WhyClosed
from licorne.application.governing.see_record_key import Officer, RecordKeyStanding, SeenRelease
from licorne.application.signed_in_member import SignedInMember
from licorne.domain.identity.ids import MemberId
from licorne.domain.identity.permission import may_govern
from licorne.edges.office.desk import Desk, Shell
from licorne.edges.office.member_pages import role_words
from licorne.edges.office.times import Moment
from licorne.edges.web.context import WebRequest
from licorne.edges.web.language import gettext as _
from licorne.edges.web.refusal import FieldFault, Refusal

RECORD_KEY = "/office/record-key"


@dataclass(frozen=True, slots=True)
class OfficerRow:
    id: uuid.UUID
    name: str
    role: str
    holds: bool
    is_reader: bool
    may_take: bool  # the reader may take this share away


@dataclass(frozen=True, slots=True)
class ReleaseRow:
    id: uuid.UUID
    by: str
    by_reader: bool
    reason: str
    asked: Moment
    until: Moment | None
    approved_by: str
    can_approve: bool


@dataclass(frozen=True, slots=True)
class RecordKeyPage:
    shell: Shell
    officers: tuple[OfficerRow, ...]
    standing: RecordKeyStanding
    reader_holds: bool
    trusted: tuple[OfficerRow, ...]  # ``holds``: on the list for emergencies
    kit_made: Moment | None
    releases: tuple[ReleaseRow, ...]
    asked: str = ""  # the reason as it was typed, when it was refused
    faults: tuple[FieldFault, ...] = ()

    @property
    def can_ask(self) -> bool:
        """A holder where it takes two, with nothing of theirs asked for or open."""
        mine = any(one.by_reader for one in self.releases)
        return self.standing.takes_two and self.reader_holds and not mine


@dataclass(frozen=True, slots=True)
class KitPage:
    """``share`` is shown on the page that answers the making of it, and never again."""

    practice: str
    share: tuple[str, ...]  # groups of letters
    made: str


def record_key_routes(desk: Desk) -> list[HTTPRouteHandler]:
    async def page(
        request: WebRequest,
        member: SignedInMember,
        *,
        notice: str = "",
        asked: str = "",
        fault: FieldFault | None = None,
    ) -> Response[bytes]:
        standing = await desk.use_cases.record_key(member)
        teller = desk.teller(member)
        holds = any(one.holds and one.is_reader for one in standing.officers)

        def officer_row(one: Officer) -> OfficerRow:
            return OfficerRow(
                id=one.id,
                name=one.name,
                role=role_words(one.role),
                holds=one.holds,
                is_reader=one.is_reader,
                may_take=one.is_reader or may_govern(member.role, one.role),
            )

        def release_row(one: SeenRelease) -> ReleaseRow:
            return ReleaseRow(
                id=one.id,
                by=one.by,
                by_reader=one.by_reader,
                reason=one.reason,
                asked=teller.tell(one.asked_at),
                until=teller.tell_if(one.open_until),
                approved_by=one.approved_by,
                can_approve=holds and not one.by_reader and one.open_until is None,
            )

        view = RecordKeyPage(
            shell=desk.shell(request, member, "record-key", notice=notice),
            officers=tuple(officer_row(one) for one in standing.officers),
            standing=standing,
            reader_holds=holds,
            trusted=tuple(officer_row(one) for one in standing.trusted),
            kit_made=teller.tell_if(standing.kit_made_at),
            releases=tuple(release_row(one) for one in standing.releases),
            asked=asked,
            faults=() if fault is None else (fault,),
        )
        status = 200 if fault is None else 422
        return desk.render(request, member, "office/record_key.html", view, status=status)

    @get(RECORD_KEY)
    async def record_key(request: WebRequest) -> Response[bytes]:
        return await page(request, await desk.member(request))

    @post("/office/record-key/holders")
    async def holders(request: WebRequest) -> Response[bytes]:
        member, form = await desk.form(request)
        keep = desk.use_cases.record_holders
        act = {"add": keep.add, "remove": keep.remove}.get(form.text("act"))
        other = _uuid(form.text("member"))
        if act is None or other is None:
            raise Refusal(400, "no-such-act", _("This page doesn’t know what to do."))
        field = f"password-{other}"
        try:
            refused = await act(member, MemberId(other), form.text(field))
        except NotProved as problem:
            return await page(request, member, fault=FieldFault(field, _(problem.sentence)))
        if refused is WhyNotHeld.NOT_ALLOWED:
            raise Refusal(403, "only-owners", _(refused.value))
        if refused is not None:
            return await page(request, member, fault=FieldFault("holders", _(refused.value)))
        return await page(request, member, notice=_("The record key is locked anew."))

    @post("/office/record-key/emergency")
    async def emergency(request: WebRequest) -> Response[bytes]:
        member, form = await desk.form(request)
        other, act = _uuid(form.text("member")), form.text("act")
        if other is None or act not in {"add", "remove"}:
            raise Refusal(400, "no-such-act", _("This page doesn’t know what to do."))
        trust = desk.use_cases.trust
        if act == "remove":
            refused = await trust.remove(member, MemberId(other))
        else:
            field = f"trust-{other}"
            try:
                refused = await trust.add(member, MemberId(other), form.text(field))
            except NotProved as problem:
                return await page(request, member, fault=FieldFault(field, _(problem.sentence)))
        if refused is not None:
            return await page(request, member, fault=FieldFault("emergencies", _(refused.value)))
        return await page(request, member, notice=_("The list for emergencies is changed."))

    @post("/office/record-key/releases")
    async def ask(request: WebRequest) -> Response[bytes]:
        member, form = await desk.form(request)
        reason = form.text("reason")
        asked = await desk.use_cases.release.ask(member, reason)
        if isinstance(asked, WhyClosed):
            fault = FieldFault("reason", _(asked.value))
            return await page(request, member, asked=reason[:500], fault=fault)
        told = _("You have asked. A second officer approves it in their own session.")
        return await page(request, member, notice=told)

    @post("/office/record-key/releases/{release:uuid}")
    async def answer(request: WebRequest, release: FromPath[uuid.UUID]) -> Response[bytes]:
        member, form = await desk.form(request)
        if form.text("act") == "end":
            if not await desk.use_cases.release.end(member, release):
                raise _no_such_request()
            return await page(request, member, notice=_("It is closed."))
        if form.text("act") != "approve":
            raise Refusal(400, "no-such-act", _("This page doesn’t know what to do."))
        field = f"approve-{release}"
        try:
            approved = await desk.use_cases.release.approve(member, release, form.text(field))
        except NotProved as problem:
            return await page(request, member, fault=FieldFault(field, _(problem.sentence)))
        if approved is WhyClosed.NOT_FOUND:
            raise _no_such_request()
        if isinstance(approved, WhyClosed):
            return await page(request, member, fault=FieldFault("releases", _(approved.value)))
        return await page(request, member, notice=_("It is open to them for an hour."))

    @post("/office/record-key/kit")
    async def make_kit(request: WebRequest) -> Response[bytes]:
        member, form = await desk.form(request)
        try:
            made = await desk.use_cases.kit.make(member, form.text("for_kit"))
        except NotProved as problem:
            return await page(request, member, fault=FieldFault("for_kit", _(problem.sentence)))
        if isinstance(made, WhyNoKit):
            return await page(request, member, fault=FieldFault("for_kit", _(made.value)))
        now = desk.teller(member).tell(desk.surroundings.clock.now())
        view = KitPage(member.organization.name, tuple(made.share.split()), now.full)
        return desk.render(request, member, "office/kit.html", view)

    @post("/office/record-key/kit/use")
    async def use_kit(request: WebRequest) -> Response[bytes]:
        member, form = await desk.form(request)
        try:
            refused = await desk.use_cases.kit.use(
                member, form.text("share"), form.text("for_share")
            )
        except NotProved as problem:
            return await page(request, member, fault=FieldFault("for_share", _(problem.sentence)))
        if refused is not None:
            return await page(request, member, fault=FieldFault("share", _(refused.value)))
        return await page(request, member, notice=_("The share fits. The copies are open to you."))

    return [record_key, holders, emergency, ask, answer, make_kit, use_kit]


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _no_such_request() -> Refusal:
    return Refusal(404, "no-such-request", _(WhyClosed.NOT_FOUND.value))
