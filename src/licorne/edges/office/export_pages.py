"""Giving out a copy: of all that was written with somebody, or of one conversation."""

import uuid

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Stream

from licorne.application.keeping.export_correspondence import Begun, WhyNotExported
from licorne.application.signed_in_member import SignedInMember
from licorne.domain.identity.ids import ContactId, ThreadId
from licorne.domain.records.export import ExportForm, ExportPurpose
from licorne.edges.office.contact_record_pages import ContactRecordsDesk, no_such_contact
from licorne.edges.office.desk import Desk
from licorne.edges.office.export.copying import Copying, fits_in_one, single_pdf, thread_pdf
from licorne.edges.office.mail_pages import no_such_thread
from licorne.edges.web.context import WebRequest
from licorne.edges.web.documents import attachment, content_disposition
from licorne.edges.web.language import gettext as _
from licorne.edges.web.refusal import FieldFault, Refusal

PDF, ZIP = "application/pdf", "application/zip"


def export_routes(desk: Desk) -> list[HTTPRouteHandler]:
    records = ContactRecordsDesk(desk)

    @post("/office/contacts/{contact:uuid}/export", status_code=200)
    async def export(request: WebRequest, contact: FromPath[uuid.UUID]) -> Response[bytes] | Stream:
        member, form = await desk.form(request)
        fault = None
        try:
            purpose = ExportPurpose(form.text("purpose"))
            kind, identity = ExportForm(form.text("form")), uuid.UUID(form.text("export"))
        except ValueError:
            fault = FieldFault("purpose", _("Say what the copy is for, and in which form."))
            return await records.render(request, member, contact, faults=(fault,))
        begun = await desk.use_cases.export.begin(
            member, ContactId(contact), identity, purpose, kind
        )
        if begun is WhyNotExported.NOT_FOUND:
            raise no_such_contact()
        if isinstance(begun, WhyNotExported):
            fault = FieldFault("purpose", _(begun.value))
            return await records.render(request, member, contact, faults=(fault,))
        if kind is ExportForm.PDF and fits_in_one(begun.export.total):
            return await one_pdf(member, begun)
        copying = Copying(desk.use_cases.export, member, begun, desk.teller(member))
        headers = {"Content-Disposition": content_disposition(_file_name(begun, "zip"))}
        return Stream(copying.pieces(), media_type=ZIP, headers=headers)

    async def one_pdf(member: SignedInMember, begun: Begun) -> Response[bytes] | Stream:
        made = await single_pdf(desk.use_cases.export, member, begun, desk.teller(member))
        if made is None:
            raise _too_long()
        return attachment(made, _file_name(begun, "pdf"), PDF, size=len(made))

    @get("/office/exports/{export:uuid}")
    async def progress(request: WebRequest, export: FromPath[uuid.UUID]) -> dict[str, object]:
        """Say how far a copy has come, for the page that waits for it."""
        member = await desk.member(request, by_person=False)
        found = await desk.use_cases.export.progress(member, export)
        if found is None:
            raise Refusal(404, "no-such-copy", _("There is no such copy."), title=_("Not found"))
        ended = found.ended_at is not None
        return {"done": found.total if ended else found.done, "total": found.total, "ended": ended}

    @get("/office/threads/{thread:uuid}/pdf")
    async def of_thread(
        request: WebRequest, thread: FromPath[uuid.UUID]
    ) -> Response[bytes] | Stream:
        member = await desk.member(request)
        copied = await desk.use_cases.copy_thread(member, ThreadId(thread))
        if copied is None:
            raise no_such_thread()
        made = None
        if fits_in_one(copied.total):
            made = await thread_pdf(desk.use_cases.copy_thread, member, copied, desk.teller(member))
        if made is None:
            raise _too_long()
        name = _("conversation") + f"-{copied.contact.number.e164.lstrip('+')}.pdf"
        return attachment(made, name, PDF, size=len(made))

    return [export, progress, of_thread]


def _file_name(begun: Begun, ending: str) -> str:
    """Name the file by the number: a name in a folder of downloads tells more than it must."""
    number = begun.contact.number.e164.lstrip("+")
    return f"{_('correspondence')}-{number}-{begun.export.started_at:%Y-%m-%d}.{ending}"


def _too_long() -> Refusal:
    return Refusal(
        409,
        "too-long",
        _(
            "This is too long for one PDF. On the contact’s page, under “Records”, make a copy as"
            " files: there it comes in parts."
        ),
        title=_("Too long for one PDF"),
    )
