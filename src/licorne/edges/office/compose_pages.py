"""Writing: to a number or a contact, with a live check and a preview of what they will get."""

import uuid
from dataclasses import dataclass, replace

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from licorne.application.governing.see_arrangement import ArrangedTeam
from licorne.application.sending.outcome import KeyUsedOtherwise, Refused, Sent
from licorne.application.sending.send_message import TooManyRaces
from licorne.application.signed_in_member import SignedInMember
from licorne.domain.identity.ids import ContactId, ThreadId
from licorne.domain.identity.language import Language
from licorne.domain.message.draft import Draft, Source
from licorne.domain.notice.segments import segment
from licorne.domain.notice.wording import NOTICES, wording_for
from licorne.domain.pickup.passphrase import generate_passphrase
from licorne.domain.policy.sentences import sentence
from licorne.domain.policy.verdict import Reason, Refuse
from licorne.domain.sealing.faults import PasswordsBusy
from licorne.edges.office.compose_form import (
    EXPIRIES,
    ComposeForm,
    Recipients,
    draft_of,
    read_compose_form,
    read_recipients,
    team_of,
)
from licorne.edges.office.desk import Desk, Shell
from licorne.edges.office.mail_pages import no_such_thread
from licorne.edges.office.recipient_view import RecipientView, recipient_view, refused_view
from licorne.edges.office.thread_view import name_shown
from licorne.edges.web.context import WebRequest
from licorne.edges.web.language import gettext as _
from licorne.edges.web.pages import see_other
from licorne.edges.web.refusal import FieldFault

MOST_BODY = 56 * 1024 * 1024  # 50 MB of message, and the form around it
MOST_SUGGESTED = 6


@dataclass(frozen=True, slots=True)
class Suggestion:
    name: str
    number: str
    e164: str


@dataclass(frozen=True, slots=True)
class NoticePreview:
    """The text as the person's phone will show it."""

    text: str
    language: str
    segments: int
    units_left: int


@dataclass(frozen=True, slots=True)
class CheckView:
    recipients: tuple[RecipientView, ...]
    suggestions: tuple[Suggestion, ...]
    notice: NoticePreview  # in the language of the first recipient


@dataclass(frozen=True, slots=True)
class ComposePage:
    shell: Shell
    form: ComposeForm
    check: CheckView
    expiries: tuple[int, ...]
    usual_days: int
    practice_phone: str | None
    teams: tuple[ArrangedTeam, ...]  # for which the member may write
    faults: tuple[FieldFault, ...]


@dataclass(frozen=True, slots=True)
class SentPage:
    """What is said once after sending: the passphrase is kept nowhere and not shown again."""

    shell: Shell
    names: tuple[str, ...]
    threads: tuple[uuid.UUID, ...]
    passphrase: str
    flagged: bool


def compose_routes(desk: Desk) -> list[HTTPRouteHandler]:
    async def check(member: SignedInMember, recipients: Recipients, *, typed: str) -> CheckView:
        region = member.organization.region
        views: list[RecipientView] = []
        spoken: Language | None = None
        for number in recipients.numbers[:20]:
            checked = await desk.use_cases.check_recipient(
                member.organization.id, member.actor, Source.OFFICE, number
            )
            contact = checked.contact and await desk.use_cases.contacts.one(
                member, checked.contact.id, by_person=False
            )
            if contact and not views:
                spoken = contact.contact.who.language
            views.append(recipient_view(checked, contact.contact if contact else None, region))
        views.extend(refused_view(entry, why) for entry, why in recipients.refused)
        suggestions = await suggested(member, recipients, typed)
        if suggestions and not recipients.numbers:
            views = []  # a name is being typed: no reproach about it
        return CheckView(tuple(views), suggestions, notice_preview(desk, member, spoken))

    async def suggested(
        member: SignedInMember, recipients: Recipients, typed: str
    ) -> tuple[Suggestion, ...]:
        last = typed.replace(";", ",").rpartition(",")[2].strip()
        if len(last) < 2 or "@" in last:
            return ()
        found = await desk.use_cases.contacts(member, last, most=MOST_SUGGESTED, by_person=False)
        region = member.organization.region
        return tuple(
            Suggestion(name_shown(one, region), one.number.shown_in(region), one.number.e164)
            for one in found.contacts
            if one.number not in recipients.numbers
        )

    async def teams_of(member: SignedInMember) -> tuple[ArrangedTeam, ...]:
        if not member.teams:
            return ()
        own = {inbox.id for inbox in member.teams}
        arrangement = await desk.use_cases.arrangement(member)
        return tuple(team for team in arrangement.teams if team.id in own)

    async def page(
        request: WebRequest,
        member: SignedInMember,
        form: ComposeForm,
        faults: tuple[FieldFault, ...] = (),
    ) -> Response[bytes]:
        recipients = read_recipients(form.to, member.organization.region)
        view = ComposePage(
            shell=desk.shell(request, member, "compose"),
            form=replace(form, files=()),
            check=await check(member, recipients, typed=form.to),
            expiries=EXPIRIES,
            usual_days=member.organization.default_expiry.days,
            practice_phone=member.organization.phone,
            teams=await teams_of(member),
            faults=faults,
        )
        status = 422 if faults else 200
        return desk.render(request, member, "office/compose.html", view, status=status)

    @get("/office/compose")
    async def compose(request: WebRequest) -> Response[bytes]:
        member = await desk.member(request)
        to = ""
        contact = request.query_params.get("contact", "")
        if contact:
            to = await number_of(member, contact)
        return await page(request, member, blank_form(desk, to))

    async def number_of(member: SignedInMember, contact: str) -> str:
        try:
            found = await desk.use_cases.contacts.one(member, ContactId(uuid.UUID(contact)))
        except ValueError:
            return ""
        return found.contact.who.number.shown_in(member.organization.region) if found else ""

    @post("/office/compose", request_max_body_size=MOST_BODY)
    async def send(request: WebRequest) -> Response[bytes]:
        member, form = await desk.form(request)
        written = read_compose_form(form)
        recipients = read_recipients(written.to, member.organization.region)
        draft = draft_of(written, recipients, member, team_of(written, member))
        if not isinstance(draft, Draft):
            return await page(request, member, written, draft)
        result = await send_or_faults(desk, draft)
        if not isinstance(result, Sent):
            return await page(request, member, written, result)
        if len(result.deliveries) == 1 and not draft.passphrase:
            return see_other(request, f"/office/mail/inbox/{result.deliveries[0].thread}")
        region = member.organization.region
        view = SentPage(
            shell=desk.shell(request, member, "compose"),
            names=tuple(one.number.shown_in(region) for one in result.deliveries),
            threads=tuple(one.thread for one in result.deliveries),
            passphrase=" ".join(written.passphrase.split()) if draft.passphrase else "",
            flagged=any(one.flags for one in result.deliveries),
        )
        return desk.render(request, member, "office/sent.html", view)

    @post("/office/compose/check")
    async def check_part(request: WebRequest) -> Response[bytes]:
        member, form = await desk.form(request)
        typed = form.text("to")[:4000]
        recipients = read_recipients(typed, member.organization.region)
        view = await check(member, recipients, typed=typed)
        return desk.render(request, member, "office/checked_part.html", view)

    @post("/office/compose/passphrase")
    async def other_passphrase(request: WebRequest) -> Response[bytes]:
        member, _form = await desk.form(request)
        words = generate_passphrase(desk.surroundings.randomness.bytes).shown
        return desk.render(request, member, "office/passphrase_part.html", words)

    @post("/office/mail/{name:str}/{thread:uuid}/answer", request_max_body_size=MOST_BODY)
    async def answer(
        request: WebRequest, name: FromPath[str], thread: FromPath[uuid.UUID]
    ) -> Response[bytes]:
        member, form = await desk.form(request)
        written = read_compose_form(form)
        to = await desk.use_cases.read_thread.answer_to(member, ThreadId(thread))
        if to is None:
            raise no_such_thread()
        draft = draft_of(written, Recipients((to.number,), ()), member, to.team)
        result = await send_or_faults(desk, draft) if isinstance(draft, Draft) else draft
        if isinstance(result, Sent):
            return see_other(request, f"/office/mail/{name}/{result.deliveries[0].thread}")
        number = to.number.shown_in(member.organization.region)
        again = replace(written, to=number, inbox=str(to.team or ""))
        return await page(request, member, again, result)

    return [compose, send, check_part, other_passphrase, answer]


async def send_or_faults(desk: Desk, draft: Draft) -> Sent | tuple[FieldFault, ...]:
    """Send, or give the sentences that belong at the form's fields."""
    try:
        result = await desk.use_cases.send(draft)
    except (PasswordsBusy, TooManyRaces):
        busy = _("The server is very busy. Nothing was sent. Try again in a few seconds.")
        return (FieldFault("text", busy),)
    if isinstance(result, Refused):
        return tuple(
            FieldFault(_field_of(refusal.verdict), _(sentence(refusal.verdict)))
            for refusal in result.refusals
        )
    if isinstance(result, KeyUsedOtherwise):
        used = _("This form was sent before with another text. Look into the conversation first.")
        return (FieldFault("text", used),)
    return result


_ABOUT_PEOPLE = {
    Reason.NO_RECIPIENT,
    Reason.TOO_MANY_RECIPIENTS,
    Reason.OPTED_OUT,
    Reason.CONSENT_REVOKED,
    Reason.CONSENT_MISSING,
    Reason.NUMBER_REFUSED,
}


def _field_of(verdict: Refuse) -> str:
    return "to" if verdict.reason in _ABOUT_PEOPLE else "text"


def blank_form(desk: Desk, to: str) -> ComposeForm:
    return ComposeForm(
        to=to,
        subject="",
        text="",
        expires="",
        wants_passphrase=False,
        passphrase=generate_passphrase(desk.surroundings.randomness.bytes).shown,
        once=desk.once(),
        inbox="",
    )


def notice_preview(desk: Desk, member: SignedInMember, spoken: Language | None) -> NoticePreview:
    """Show the text as it goes to somebody who speaks this; none: the practice's language."""
    practice = member.organization
    wording = wording_for(NOTICES, practice.notice_wording, practice.language, spoken)
    notice = wording.compose(member.organization.name, desk.surroundings.link_example)
    counted = segment(notice.text)
    language = (spoken or practice.language or Language.ENGLISH).value
    return NoticePreview(notice.text, language, counted.segments, counted.units_left)
