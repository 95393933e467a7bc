"""App passwords, and a set-up sheet for each email program that is set up by hand."""

import uuid
from dataclasses import dataclass

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from licorne.application.governing.keep_app_passwords import TooManyAppPasswords
from licorne.application.signed_in_member import SignedInMember
from licorne.domain.identity.ids import AppPasswordId
from licorne.edges.office.desk import Desk, Shell
from licorne.edges.office.set_up_sheets import Sheet, sheets
from licorne.edges.office.times import Moment
from licorne.edges.office.use_cases import MailServer
from licorne.edges.web.context import WebRequest
from licorne.edges.web.language import gettext as _
from licorne.edges.web.pages import see_other
from licorne.edges.web.refusal import FieldFault, Refusal


@dataclass(frozen=True, slots=True)
class KeptView:
    id: uuid.UUID
    label: str
    made: Moment
    used: Moment | None


@dataclass(frozen=True, slots=True)
class AppPasswordsPage:
    """``secret`` is shown on the page that answers the making of it, and never again."""

    shell: Shell
    kept: tuple[KeptView, ...]
    server: MailServer
    user_name: str
    example: str
    sheets: tuple[Sheet, ...]
    secret: str = ""
    secret_label: str = ""
    faults: tuple[FieldFault, ...] = ()


def app_password_routes(desk: Desk) -> list[HTTPRouteHandler]:
    async def page(
        request: WebRequest,
        member: SignedInMember,
        *,
        secret: str = "",
        label: str = "",
        faults: tuple[FieldFault, ...] = (),
    ) -> Response[bytes]:
        teller = desk.teller(member)
        kept = await desk.use_cases.app_passwords.list(member)
        domains = await desk.use_cases.app_passwords.text_domains(member)
        view = AppPasswordsPage(
            shell=desk.shell(request, member, "app-passwords"),
            kept=tuple(
                KeptView(
                    one.id, one.label, teller.tell(one.created_at), teller.tell_if(one.last_used_at)
                )
                for one in kept
            ),
            server=desk.surroundings.mail_server,
            user_name=member.email,
            example=f"2125550123@{domains[0]}",
            sheets=sheets(),
            secret=secret,
            secret_label=label,
            faults=faults,
        )
        status = 422 if faults else 200
        return desk.render(request, member, "office/app_passwords.html", view, status=status)

    @get("/office/app-passwords")
    async def app_passwords(request: WebRequest) -> Response[bytes]:
        return await page(request, await desk.member(request))

    @post("/office/app-passwords")
    async def add(request: WebRequest) -> Response[bytes]:
        member, form = await desk.form(request)
        try:
            made = await desk.use_cases.app_passwords.add(member, form.text("label"))
        except TooManyAppPasswords as refusal:
            return await page(request, member, faults=(FieldFault("label", _(refusal.sentence)),))
        return await page(request, member, secret=made.secret, label=made.label)

    @post("/office/app-passwords/{app_password:uuid}/revoke")
    async def revoke(request: WebRequest, app_password: FromPath[uuid.UUID]) -> Response[bytes]:
        member, _form = await desk.form(request)
        if not await desk.use_cases.app_passwords.revoke(member, AppPasswordId(app_password)):
            raise Refusal(404, "no-such-app-password", _("There is no such app password."))
        return see_other(request, "/office/app-passwords")

    return [app_passwords, add, revoke]
