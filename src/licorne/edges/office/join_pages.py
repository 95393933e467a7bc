"""Setting up how one signs in, from an invitation's link; and a forgotten password.

Both come before there is a session. A GET shows and uses nothing up; what is typed proves.
"""

from dataclasses import dataclass

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from markupsafe import Markup

from licorne.application.governing.accept_invitation import SetUp, SetUpRefused, ShownInvitation
from licorne.application.governing.recover_member import NotRecovered, Recovery
from licorne.domain.sealing.faults import PasswordsBusy
from licorne.edges.office.desk import PAGES, Desk
from licorne.edges.office.member_pages import role_words
from licorne.edges.office.qr_code import qr_code
from licorne.edges.web.context import WebRequest, web_context
from licorne.edges.web.form import read_form
from licorne.edges.web.language import gettext as _
from licorne.edges.web.refusal import FieldFault, Refusal
from licorne.store.members import EmailInUse
from licorne.vault.totp import is_totp_secret, provisioning_uri

FORGOTTEN = "/office/forgotten"


@dataclass(frozen=True, slots=True)
class JoinPage:
    token: str
    practice: str
    email: str
    role: str
    is_back: bool  # a member who comes back
    name: str
    secret: str
    picture: Markup
    faults: tuple[FieldFault, ...] = ()


@dataclass(frozen=True, slots=True)
class WelcomePage:
    """After setting up, or recovering: the recovery code, shown once."""

    title: str
    sentence: str
    code: str


@dataclass(frozen=True, slots=True)
class ForgottenPage:
    email: str = ""
    faults: tuple[FieldFault, ...] = ()


def join_routes(desk: Desk) -> list[HTTPRouteHandler]:
    def page(
        request: WebRequest,
        token: str,
        shown: ShownInvitation,
        secret: str,
        *,
        name: str = "",
        fault: FieldFault | None = None,
        status: int = 200,
    ) -> Response[bytes]:
        view = JoinPage(
            token=token,
            practice=shown.practice,
            email=shown.email,
            role=role_words(shown.role),
            is_back=shown.name is not None,
            name=shown.name or name,
            secret=secret,
            picture=qr_code(provisioning_uri(secret, shown.email, shown.practice)),
            faults=() if fault is None else (fault,),
        )
        return PAGES.render(request, "office/join.html", view, status=status)

    @get("/office/join/{token:str}")
    async def invitation(request: WebRequest, token: FromPath[str]) -> Response[bytes]:
        shown = await desk.use_cases.accept.look(token)
        if shown is None:
            raise _not_good()
        return page(request, token, shown, desk.use_cases.accept.new_secret())

    @post("/office/join/{token:str}")
    async def accept(request: WebRequest, token: FromPath[str]) -> Response[bytes]:
        form = await read_form(request, None)
        shown = await desk.use_cases.accept.look(token)
        typed = SetUp(
            form.text("name")[:200],
            form.text("password"),
            form.text("secret"),
            form.text("code"),
        )
        again = typed.totp_secret if is_totp_secret(typed.totp_secret) else None
        fault = None
        try:
            done = await desk.use_cases.accept(
                token, typed, address=web_context(request).client_address
            )
        except (EmailInUse, PasswordsBusy) as problem:
            done, fault = None, FieldFault("name", _(problem.sentence))
        if isinstance(done, SetUpRefused):
            fault = FieldFault(done.field, _(done.sentence))
        elif done is not None:
            title = _("You are set up")
            told = _("Sign in as %(email)s, with your password and the code that the app shows.")
            view = WelcomePage(title, told % {"email": done.email}, done.recovery_code)
            return PAGES.render(request, "office/welcome.html", view)
        if shown is None or fault is None:
            raise _not_good()
        secret = again or desk.use_cases.accept.new_secret()
        return page(request, token, shown, secret, name=typed.name, fault=fault, status=422)

    @get(FORGOTTEN)
    async def forgotten(request: WebRequest) -> Response[bytes]:
        return PAGES.render(request, "office/forgotten.html", ForgottenPage())

    @post(FORGOTTEN)
    async def recover(request: WebRequest) -> Response[bytes]:
        form = await read_form(request, None)
        typed = Recovery(
            form.text("email")[:254],
            form.text("recovery_code"),
            form.text("code"),
            form.text("password"),
        )
        done = await desk.use_cases.recover(typed, address=web_context(request).client_address)
        if isinstance(done, NotRecovered):
            view = ForgottenPage(typed.email, (FieldFault(done.field, _(done.sentence)),))
            status = 429 if done.throttled else 422
            return PAGES.render(request, "office/forgotten.html", view, status=status)
        told = _(
            "Sign in with your new password. The old recovery code is used up; here is the next."
        )
        welcome = WelcomePage(_("Your password is new"), told, done.recovery_code)
        return PAGES.render(request, "office/welcome.html", welcome)

    return [invitation, accept, forgotten, recover]


def _not_good() -> Refusal:
    return Refusal(
        404,
        "no-such-invitation",
        _("It was used already, or is too old. Ask who gave it to you for a new one."),
        title=_("This link isn’t good any more"),
    )
