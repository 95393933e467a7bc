"""A number that belongs to somebody else now: a page that asks first, and how one knows."""

import uuid
from dataclasses import dataclass

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from licorne.application.signed_in_member import SignedInMember
from licorne.domain.identity.ids import ContactId
from licorne.domain.mailbox.number_change import NumberChange
from licorne.edges.office.desk import Desk, Shell
from licorne.edges.web.context import WebRequest
from licorne.edges.web.language import gettext as _
from licorne.edges.web.pages import see_other
from licorne.edges.web.refusal import FieldFault, Refusal


@dataclass(frozen=True, slots=True)
class NumberChangePage:
    shell: Shell
    contact: uuid.UUID
    name: str
    number: str  # empty where the name is the number
    epoch: int  # the one that would end: a form that is sent twice ends one
    faults: tuple[FieldFault, ...] = ()


def number_change_routes(desk: Desk) -> list[HTTPRouteHandler]:
    async def page(
        request: WebRequest, member: SignedInMember, contact: uuid.UUID, *faults: FieldFault
    ) -> Response[bytes]:
        found = await desk.use_cases.contacts.one(member, ContactId(contact))
        if found is None:
            raise Refusal(404, "no-such-contact", _("There is no such contact."))
        who = found.contact.who
        number = who.number.shown_in(member.organization.region)
        view = NumberChangePage(
            shell=desk.shell(request, member, "contacts"),
            contact=contact,
            name=who.name or number,
            number=number if who.name else "",
            epoch=who.number_epoch,
            faults=faults,
        )
        status = 422 if faults else 200
        return desk.render(request, member, "office/number_changed.html", view, status=status)

    @get("/office/contacts/{contact:uuid}/number-changed")
    async def ask(request: WebRequest, contact: FromPath[uuid.UUID]) -> Response[bytes]:
        return await page(request, await desk.member(request), contact)

    @post("/office/contacts/{contact:uuid}/number-changed")
    async def change(request: WebRequest, contact: FromPath[uuid.UUID]) -> Response[bytes]:
        member, form = await desk.form(request)
        try:
            reason = NumberChange(form.text("reason"))
        except ValueError:
            fault = FieldFault("reason", _("Say how you know it."))
            return await page(request, member, contact, fault)
        epoch = form.text("epoch")
        if epoch.isascii() and epoch.isdigit() and len(epoch) < 9:
            await desk.use_cases.change_hands(member, ContactId(contact), int(epoch), reason)
        return see_other(request, f"/office/contacts/{contact}")

    return [ask, change]
