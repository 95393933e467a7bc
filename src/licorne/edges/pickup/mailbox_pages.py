"""The pages within a mailbox: the inbox, a message, its files, and the ways out."""

import asyncio
from uuid import UUID

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Stream

from licorne.application.receiving.challenge_tries import ChallengeLocked, Met, NotMet
from licorne.application.receiving.open_message import (
    Ended,
    NotInMailbox,
    PassphraseLocked,
    PassphraseNeeded,
    Reading,
    ReadMessage,
)
from licorne.application.signed_in_contact import SignedInContact
from licorne.domain.identity.ids import DeliveryId, MailboxId
from licorne.domain.identity.language import parse_language
from licorne.edges.pickup import wording
from licorne.edges.pickup.counter import COOKIE, PAGES, practice_brand, speak_to, unknown_page
from licorne.edges.pickup.mailbox_views import frame_of, inbox_view, message_view, shut_view
from licorne.edges.pickup.times import told_day
from licorne.edges.pickup.use_cases import PickupUseCases
from licorne.edges.pickup.views import AwayView, NumberView, SignedOutView
from licorne.edges.web.context import WebRequest, web_context
from licorne.edges.web.documents import attachment, formatted_document
from licorne.edges.web.form import read_form
from licorne.edges.web.html_cleaning import clean_html
from licorne.edges.web.language import gettext as _
from licorne.edges.web.pages import see_other
from licorne.edges.web.refusal import FieldFault, Refusal


class Mailroom:
    """Answers for one mailbox and whoever is signed in to it."""

    def __init__(self, use_cases: PickupUseCases) -> None:
        self.use_cases = use_cases

    async def contact(self, request: WebRequest, mailbox: UUID) -> SignedInContact | None:
        refuse_unread(request)
        contact = await self.use_cases.sessions.resume(COOKIE.read(request), MailboxId(mailbox))
        if contact is not None:
            speak_to(request, contact.contact, contact.organization)
        return contact

    async def away(self, contact: SignedInContact, delivery: DeliveryId) -> AwayView | None:
        """Say until when whoever would read an answer is away, and what they have people told."""
        absence = await self.use_cases.out_of_office(contact, delivery)
        if absence is None:
            return None
        return AwayView(told_day(absence.to_day, contact.organization), absence.wording)

    async def message_page(
        self,
        request: WebRequest,
        contact: SignedInContact,
        delivery: DeliveryId,
        faults: tuple[FieldFault, ...] = (),
        *,
        written: str = "",
    ) -> Response[bytes]:
        """Open a message and show it, or the page that says why it can't be shown."""
        reading = await self.use_cases.open_message(contact, delivery)
        return await self.show(request, contact, delivery, reading, faults, written)

    async def show(
        self,
        request: WebRequest,
        contact: SignedInContact,
        delivery: DeliveryId,
        reading: Reading,
        faults: tuple[FieldFault, ...] = (),
        written: str = "",
    ) -> Response[bytes]:
        brand = practice_brand(contact.organization)
        match reading:
            case ReadMessage():
                away = None if reading.by_contact else await self.away(contact, delivery)
                view = message_view(contact, reading, faults, written, away)
                return PAGES.render(request, "pickup/message.html", view, brand=brand)
            case PassphraseNeeded(left):
                shut = shut_view(contact, delivery, faults, tries_left=left)
                return PAGES.render(request, "pickup/message_passphrase.html", shut, brand=brand)
            case PassphraseLocked():
                shut = shut_view(contact, delivery)
                return PAGES.render(request, "pickup/message_locked.html", shut, brand=brand)
            case Ended(why):
                shut = shut_view(contact, delivery, why=why)
                return PAGES.render(
                    request, "pickup/message_ended.html", shut, brand=brand, status=410
                )
            case NotInMailbox():
                return no_such_message()


def refuse_unread(request: WebRequest) -> None:
    """Open and record nothing for an answer that nobody reads (HEAD, prefetch)."""
    context = web_context(request)
    if context.head or context.prefetch:
        raise Refusal(503, "not-now", _("Open this page yourself to read it."))


def no_such_message() -> Response[bytes]:
    raise Refusal(
        404,
        "no-such-message",
        _("This message is not in your mailbox. Open the link in the text again."),
        title=_("Message not found"),
    )


def signed_out_page(request: WebRequest, written: str = "") -> Response[bytes]:
    """Say that the session has ended; a reply that was being written is not lost."""
    return PAGES.render(request, "pickup/signed_out.html", SignedOutView(written), status=401)


def mailbox_routes(use_cases: PickupUseCases) -> list[HTTPRouteHandler]:
    mailroom = Mailroom(use_cases)

    @get(["/m", "/m/number", "/m/forget"])
    async def find_mailbox(request: WebRequest) -> Response[bytes]:
        for mailbox in await use_cases.sessions.open_mailboxes(COOKIE.read(request)):
            if await use_cases.sessions.resume(COOKIE.read(request), mailbox):
                return see_other(request, f"/m/{mailbox}")
        return unknown_page(request, is_link_unknown=False)

    @post("/m/number", status_code=200)
    async def ask_by_number(request: WebRequest) -> Response[bytes]:
        form = await read_form(request, None)
        number = form.text("number").strip()
        if not number:
            return unknown_page(request, (wording.enter_number(),), is_link_unknown=False)
        address = web_context(request).client_address
        allowed = await use_cases.ask_fresh_link.by_number(number, address=address)
        if not allowed:
            raise Refusal(429, "too-often", _("Please wait an hour before you ask again."))
        return PAGES.render(request, "pickup/number_sent.html", NumberView())

    @get("/m/{mailbox:uuid}")
    async def show_inbox(request: WebRequest, mailbox: FromPath[UUID]) -> Response[bytes]:
        contact = await mailroom.contact(request, mailbox)
        if contact is None:
            return signed_out_page(request)
        entries = await use_cases.read_inbox(contact)
        can_reopen = await use_cases.ways_in.can_reopen(contact)
        view = inbox_view(contact, entries, can_reopen=can_reopen)
        brand = practice_brand(contact.organization)
        return PAGES.render(request, "pickup/inbox.html", view, brand=brand)

    @get("/m/{mailbox:uuid}/{delivery:uuid}")
    async def show_message(
        request: WebRequest, mailbox: FromPath[UUID], delivery: FromPath[UUID]
    ) -> Response[bytes]:
        refuse_unread(request)
        shown = await use_cases.view_message(
            COOKIE.read(request), MailboxId(mailbox), DeliveryId(delivery)
        )
        if shown is None:
            return signed_out_page(request)
        contact, reading = shown
        speak_to(request, contact.contact, contact.organization)
        return await mailroom.show(request, contact, DeliveryId(delivery), reading)

    @get([f"/m/{{mailbox:uuid}}/{{delivery:uuid}}/{step}" for step in ("passphrase", "reply")])
    async def return_to_message(
        request: WebRequest, mailbox: FromPath[UUID], delivery: FromPath[UUID]
    ) -> Response[bytes]:
        return see_other(request, f"/m/{mailbox}/{delivery}")

    @post("/m/{mailbox:uuid}/{delivery:uuid}/passphrase", status_code=200)
    async def prove(
        request: WebRequest, mailbox: FromPath[UUID], delivery: FromPath[UUID]
    ) -> Response[bytes]:
        contact = await mailroom.contact(request, mailbox)
        if contact is None:
            return signed_out_page(request)
        form = await read_form(request, COOKIE)
        passphrase = form.text("passphrase")
        if not passphrase.strip():
            fault = wording.enter_passphrase()
            return await mailroom.message_page(request, contact, DeliveryId(delivery), (fault,))
        match await use_cases.prove_delivery(contact, DeliveryId(delivery), passphrase):
            case NotMet(left):
                fault = wording.wrong_passphrase(left)
                return await mailroom.message_page(request, contact, DeliveryId(delivery), (fault,))
            case Met() | ChallengeLocked() | _:
                return see_other(request, f"/m/{mailbox}/{delivery}")

    @get("/m/{mailbox:uuid}/{delivery:uuid}/formatted")
    async def show_formatted(
        request: WebRequest, mailbox: FromPath[UUID], delivery: FromPath[UUID]
    ) -> Response[bytes]:
        contact = await mailroom.contact(request, mailbox)
        if contact is None:
            return signed_out_page(request)
        message = await use_cases.download.formatted(contact, DeliveryId(delivery))
        if message is None:
            return no_such_message()
        pictures = {
            entry.content_id: (entry.content_type, content)
            for entry, content in message.pictures
            if entry.content_id
        }
        html = await asyncio.to_thread(clean_html, message.html, pictures)
        if html is None:
            raise Refusal(
                422,
                "not-shown",
                _("The formatted version is too complicated to be shown. Read the text instead."),
            )
        return formatted_document(html)

    @get("/m/{mailbox:uuid}/{delivery:uuid}/file/{part:int}")
    async def download(
        request: WebRequest,
        mailbox: FromPath[UUID],
        delivery: FromPath[UUID],
        part: FromPath[int],
    ) -> Response[bytes] | Stream:
        contact = await mailroom.contact(request, mailbox)
        if contact is None:
            return signed_out_page(request)
        file = await use_cases.download(contact, DeliveryId(delivery), part)
        if file is None:
            return no_such_message()
        entry = file.entry
        return attachment(file.content, entry.filename, entry.content_type, size=entry.size)

    @post("/m/{mailbox:uuid}/sign-out")
    async def sign_out(request: WebRequest, mailbox: FromPath[UUID]) -> Response[bytes]:
        if COOKIE.read(request) is not None:
            await read_form(request, COOKIE)
            await use_cases.sessions.end(COOKIE.read(request), MailboxId(mailbox))
        return see_other(request, "/m/signed-out")

    @post("/m/forget")
    async def forget(request: WebRequest) -> Response[bytes]:
        if COOKIE.read(request) is not None:
            await read_form(request, COOKIE)
            await use_cases.sessions.end(COOKIE.read(request), None)
        response = see_other(request, "/m/signed-out")
        COOKIE.clear(request, response)
        return response

    @get("/m/signed-out")
    async def show_signed_out(request: WebRequest) -> Response[bytes]:
        response = PAGES.render(request, "pickup/goodbye.html")
        if not await use_cases.sessions.open_mailboxes(COOKIE.read(request)):
            COOKIE.clear(request, response)
        return response

    @post("/m/{mailbox:uuid}/texting", status_code=200)
    async def set_texting(request: WebRequest, mailbox: FromPath[UUID]) -> Response[bytes]:
        contact = await mailroom.contact(request, mailbox)
        if contact is None:
            return signed_out_page(request)
        form = await read_form(request, COOKIE)
        await use_cases.stop_texting.signed_in(contact, stop=form.text("texting") == "stop")
        return see_other(request, frame_of(contact).path)

    @post("/m/{mailbox:uuid}/language")
    async def choose_language(request: WebRequest, mailbox: FromPath[UUID]) -> Response[bytes]:
        contact = await mailroom.contact(request, mailbox)
        if contact is None:
            return signed_out_page(request)
        form = await read_form(request, COOKIE)
        chosen = parse_language(form.text("language"))
        if chosen is not None:
            await use_cases.choose_language(contact, chosen)
        own, back = frame_of(contact).path, form.text("back")
        return see_other(request, back if back.startswith(f"{own}/") else own)

    return [
        find_mailbox,
        ask_by_number,
        show_inbox,
        show_message,
        return_to_message,
        prove,
        show_formatted,
        download,
        sign_out,
        forget,
        show_signed_out,
        set_texting,
        choose_language,
    ]
