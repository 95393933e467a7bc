"""A contact's ways in beside the password (a printed code, passkeys), and what they open again."""

from uuid import UUID

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from licorne.application.receiving.contact_passkeys import PasskeyNotTaken
from licorne.application.receiving.prove_owner import NotProved
from licorne.application.receiving.reopen_earlier import NotReopened, Reopened, TooManyTries
from licorne.application.signed_in_contact import SignedInContact
from licorne.edges.pickup import wording
from licorne.edges.pickup.counter import (
    COOKIE,
    PAGES,
    contact_passkey_form,
    practice_brand,
)
from licorne.edges.pickup.mailbox_pages import Mailroom, signed_out_page
from licorne.edges.pickup.mailbox_views import frame_of
from licorne.edges.pickup.times import told
from licorne.edges.pickup.use_cases import PickupUseCases
from licorne.edges.pickup.views import EarlierView, PasskeyView, WaysInView
from licorne.edges.web.context import WebRequest
from licorne.edges.web.form import read_form
from licorne.edges.web.language import gettext as _
from licorne.edges.web.language import ngettext
from licorne.edges.web.pages import see_other
from licorne.edges.web.passkey_form import encode, origin_of, read_passkey
from licorne.edges.web.refusal import FieldFault

_STEPS = ("recovery-code", "passkeys", "end")


def ways_in_routes(use_cases: PickupUseCases) -> list[HTTPRouteHandler]:
    mailroom = Mailroom(use_cases)

    async def page(
        request: WebRequest,
        contact: SignedInContact,
        *faults: FieldFault,
        code: str = "",
        notice: str = "",
    ) -> Response[bytes]:
        ways = await use_cases.ways_in(contact)
        view = WaysInView(
            frame=frame_of(contact),
            faults=faults,
            notice=notice,
            code=code,
            has_code=ways.has_code,
            passkeys=tuple(
                PasskeyView(one.id, told(one.created_at, contact.organization))
                for one in ways.passkeys
            ),
            passkey=contact_passkey_form(request, use_cases.passkeys.challenge(contact)),
            user=encode(contact.mailbox.id.bytes),
        )
        brand = practice_brand(contact.organization)
        return PAGES.render(request, "pickup/ways_in.html", view, brand=brand)

    async def earlier_page(
        request: WebRequest, contact: SignedInContact, *faults: FieldFault
    ) -> Response[bytes]:
        challenge = contact_passkey_form(request, use_cases.passkeys.challenge(contact))
        view = EarlierView(frame_of(contact), faults, challenge)
        brand = practice_brand(contact.organization)
        return PAGES.render(request, "pickup/earlier.html", view, brand=brand)

    @get("/m/{mailbox:uuid}/ways-in")
    async def show_ways_in(request: WebRequest, mailbox: FromPath[UUID]) -> Response[bytes]:
        contact = await mailroom.contact(request, mailbox)
        return await page(request, contact) if contact else signed_out_page(request)

    @get([f"/m/{{mailbox:uuid}}/ways-in/{step}" for step in _STEPS])
    async def return_to_ways_in(request: WebRequest, mailbox: FromPath[UUID]) -> Response[bytes]:
        return see_other(request, f"/m/{mailbox}/ways-in")

    @post("/m/{mailbox:uuid}/ways-in/recovery-code", status_code=200)
    async def make_code(request: WebRequest, mailbox: FromPath[UUID]) -> Response[bytes]:
        contact = await mailroom.contact(request, mailbox)
        if contact is None:
            return signed_out_page(request)
        form = await read_form(request, COOKIE)
        try:
            code = await use_cases.ways_in.make_code(contact, form.text("for_code"))
        except NotProved as refused:
            return await page(request, contact, FieldFault("for_code", _(refused.sentence)))
        return await page(request, contact, code=code)

    @post("/m/{mailbox:uuid}/ways-in/passkeys", status_code=200)
    async def add_passkey(request: WebRequest, mailbox: FromPath[UUID]) -> Response[bytes]:
        contact = await mailroom.contact(request, mailbox)
        if contact is None:
            return signed_out_page(request)
        form = await read_form(request, COOKIE)
        given = read_passkey(form)
        try:
            added = await use_cases.passkeys.add(
                contact,
                form.text("for_passkey"),
                given.answer,
                given.secret,
                origin=origin_of(request),
            )
        except NotProved as refused:
            return await page(request, contact, FieldFault("for_passkey", _(refused.sentence)))
        if isinstance(added, PasskeyNotTaken):
            return await page(request, contact, wording.passkey_not_added())
        return await page(request, contact, notice=_("The passkey is ready. Use it next time."))

    @post("/m/{mailbox:uuid}/ways-in/end")
    async def end(request: WebRequest, mailbox: FromPath[UUID]) -> Response[bytes]:
        contact = await mailroom.contact(request, mailbox)
        if contact is None:
            return signed_out_page(request)
        form = await read_form(request, COOKIE)
        match form.text("what"):
            case "code":
                await use_cases.ways_in.end_code(contact)
            case "elsewhere":
                await use_cases.ways_in.end_elsewhere(contact)
            case passkey:
                await _end_passkey(use_cases, contact, passkey)
        return see_other(request, f"/m/{mailbox}/ways-in")

    @get("/m/{mailbox:uuid}/earlier")
    async def show_earlier(request: WebRequest, mailbox: FromPath[UUID]) -> Response[bytes]:
        contact = await mailroom.contact(request, mailbox)
        return await earlier_page(request, contact) if contact else signed_out_page(request)

    @get("/m/{mailbox:uuid}/earlier/passkey")
    async def return_to_earlier(request: WebRequest, mailbox: FromPath[UUID]) -> Response[bytes]:
        return see_other(request, f"/m/{mailbox}/earlier")

    async def answer(
        request: WebRequest,
        contact: SignedInContact,
        result: Reopened | NotReopened | TooManyTries,
        fault: FieldFault,
    ) -> Response[bytes]:
        match result:
            case Reopened(messages, code):
                notice = ngettext(
                    "%(num)d earlier message is open again.",
                    "%(num)d earlier messages are open again.",
                    messages,
                ) % {"num": messages}
                return await page(request, contact, code=code, notice=notice)
            case TooManyTries():
                return await earlier_page(request, contact, wording.too_many_codes())
            case NotReopened():
                return await earlier_page(request, contact, fault)

    @post("/m/{mailbox:uuid}/earlier", status_code=200)
    async def reopen_by_code(request: WebRequest, mailbox: FromPath[UUID]) -> Response[bytes]:
        contact = await mailroom.contact(request, mailbox)
        if contact is None:
            return signed_out_page(request)
        form = await read_form(request, COOKIE)
        result = await use_cases.reopen.by_code(contact, form.text("recovery_code"))
        return await answer(request, contact, result, wording.wrong_recovery_code())

    @post("/m/{mailbox:uuid}/earlier/passkey", status_code=200)
    async def reopen_by_passkey(request: WebRequest, mailbox: FromPath[UUID]) -> Response[bytes]:
        contact = await mailroom.contact(request, mailbox)
        if contact is None:
            return signed_out_page(request)
        given = read_passkey(await read_form(request, COOKIE))
        result = await use_cases.reopen.by_passkey(
            contact, given.answer, given.secret, origin=origin_of(request)
        )
        return await answer(request, contact, result, wording.passkey_opens_nothing())

    return [
        show_ways_in,
        return_to_ways_in,
        make_code,
        add_passkey,
        end,
        show_earlier,
        return_to_earlier,
        reopen_by_code,
        reopen_by_passkey,
    ]


async def _end_passkey(use_cases: PickupUseCases, contact: SignedInContact, which: str) -> None:
    try:
        passkey = UUID(which)
    except ValueError:
        return
    await use_cases.ways_in.end_passkey(contact, passkey)
