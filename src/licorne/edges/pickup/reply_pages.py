"""Answering a message: one form, and a page that shows the reply as it was stored."""

from uuid import UUID

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from licorne.application.receiving.reply import (
    EmptyReply,
    RefusedFile,
    Replied,
    TooManyReplies,
)
from licorne.domain.identity.ids import DeliveryId
from licorne.domain.message.attachment import Attachment
from licorne.domain.message.content import MAX_CONTENT_BYTES, Content, ContentRefused
from licorne.edges.pickup import wording
from licorne.edges.pickup.counter import COOKIE, PAGES, practice_brand
from licorne.edges.pickup.mailbox_pages import Mailroom, no_such_message, signed_out_page
from licorne.edges.pickup.mailbox_views import shut_view
from licorne.edges.pickup.use_cases import PickupUseCases
from licorne.edges.web.context import WebRequest
from licorne.edges.web.form import CSRF_FIELD, Form, read_form
from licorne.edges.web.pages import see_other

ROOM_FOR_THE_FORM = 1024 * 1024  # boundaries, names and the text beside the files


def reply_routes(use_cases: PickupUseCases) -> list[HTTPRouteHandler]:
    mailroom = Mailroom(use_cases)

    @post(
        "/m/{mailbox:uuid}/{delivery:uuid}/reply",
        status_code=200,
        request_max_body_size=MAX_CONTENT_BYTES + ROOM_FOR_THE_FORM,
    )
    async def reply(
        request: WebRequest, mailbox: FromPath[UUID], delivery: FromPath[UUID]
    ) -> Response[bytes]:
        contact = await mailroom.contact(request, mailbox)
        # The token is compared below, so that what was written survives a page that grew old.
        form = await read_form(request, None, of_stranger=contact is None)
        written = form.text("reply")
        if contact is None:
            return signed_out_page(request, written)
        to = DeliveryId(delivery)
        if not COOKIE.csrf_token_matches(request, form.text(CSRF_FIELD)):
            fault = wording.send_again()
            return await mailroom.message_page(request, contact, to, (fault,), written=written)
        try:
            content = _content(form, written)
        except ContentRefused as refused:
            fault = wording.refused_content(refused)
            return await mailroom.message_page(request, contact, to, (fault,), written=written)
        match await use_cases.reply(contact, to, content):
            case Replied():
                return see_other(request, f"/m/{mailbox}/{delivery}/sent")
            case EmptyReply():
                fault = wording.empty_reply()
            case RefusedFile(filename, reason):
                fault = wording.refused_file(filename, reason)
            case TooManyReplies():
                fault = wording.too_many_replies()
            case _:
                return no_such_message()
        return await mailroom.message_page(request, contact, to, (fault,), written=written)

    @get("/m/{mailbox:uuid}/{delivery:uuid}/sent")
    async def show_sent(
        request: WebRequest, mailbox: FromPath[UUID], delivery: FromPath[UUID]
    ) -> Response[bytes]:
        contact = await mailroom.contact(request, mailbox)
        if contact is None:
            return signed_out_page(request)
        away = await mailroom.away(contact, DeliveryId(delivery))
        view = shut_view(contact, DeliveryId(delivery), away=away)
        brand = practice_brand(contact.organization)
        return PAGES.render(request, "pickup/replied.html", view, brand=brand)

    return [reply, show_sent]


def _content(form: Form, written: str) -> Content:
    files = tuple(
        Attachment(file.filename, file.content_type, file.content) for file in form.uploads("files")
    )
    return Content(subject=None, text=written, attachments=files)
