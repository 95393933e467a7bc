"""Signing in and out. The answer to a session that has ended is this page, with 401."""

from collections.abc import Callable
from dataclasses import dataclass

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler

from licorne.application.governing.sign_in_member import SignInRefused
from licorne.application.governing.start_member_session import SignedIn
from licorne.domain.identity.member_session import ABSOLUTE_LIMIT
from licorne.domain.identity.permission import Permission, is_allowed
from licorne.domain.identity.role import Role
from licorne.domain.sealing.faults import PasswordsBusy
from licorne.edges.office.desk import COOKIE, KEYS_COOKIE, PAGES, Desk, NotSignedIn
from licorne.edges.web.context import WebRequest, web_context
from licorne.edges.web.form import read_form
from licorne.edges.web.language import gettext as _
from licorne.edges.web.pages import HTML, see_other
from licorne.edges.web.passkey_form import (
    PasskeyForm,
    origin_of,
    passkey_form,
    read_passkey,
)
from licorne.edges.web.refusal import FieldFault
from licorne.vault.passkeys import PRF_SALT

SIGN_IN = "/office/sign-in"
HOME = "/office/mail/inbox"
_AFTER_SIGN_IN = ("/office/mail/", "/office/contacts", "/office/compose", "/office/audit")


@dataclass(frozen=True, slots=True)
class SignInView:
    email: str
    next: str
    ended: bool  # a session was open before
    passkey: PasskeyForm
    faults: tuple[FieldFault, ...] = ()


def sign_in_routes(desk: Desk) -> list[HTTPRouteHandler]:
    @get("/office")
    async def office(request: WebRequest) -> Response[bytes]:
        return see_other(request, home_of((await desk.member(request)).role))

    @get(SIGN_IN)
    async def sign_in_page(request: WebRequest) -> Response[bytes]:
        cookie = COOKIE.read(request)
        member = cookie and await desk.use_cases.resume(cookie, extend=False)
        if member:
            return see_other(request, home_of(member.role))
        view = SignInView("", HOME, ended=False, passkey=_passkey(desk, request))
        return PAGES.render(request, "office/sign_in.html", view)

    @post(SIGN_IN)
    async def sign_in(request: WebRequest) -> Response[bytes]:
        form = await read_form(request, None)
        after = _safe_next(form.text("next"))
        try:
            result = await desk.use_cases.sign_in(
                form.text("email"),
                form.text("password"),
                form.text("code"),
                address=web_context(request).client_address,
                earlier_cookie=COOKIE.read(request),
            )
        except PasswordsBusy as busy:
            return again(request, form.text("email"), after, _(busy.sentence), 503)
        if isinstance(result, SignInRefused):
            status = 429 if result.throttled else 403
            return again(request, form.text("email"), after, _(result.sentence), status)
        return await _enter(desk, request, result, after)

    @post("/office/sign-in/passkey")
    async def sign_in_by_passkey(request: WebRequest) -> Response[bytes]:
        form = await read_form(request, None)
        after, given = _safe_next(form.text("next")), read_passkey(form)
        try:
            result = await desk.use_cases.passkeys.sign_in(
                given.answer,
                given.secret,
                form.text("passkey_password"),
                origin=origin_of(request),
                address=web_context(request).client_address,
                earlier_cookie=COOKIE.read(request),
            )
        except PasswordsBusy as busy:
            return again(request, "", after, _(busy.sentence), 503)
        if isinstance(result, SignInRefused):
            status = 429 if result.throttled else 403
            return again(request, "", after, _(result.sentence), status)
        return await _enter(desk, request, result, after)

    def again(
        request: WebRequest, email: str, after: str, sentence: str, status: int
    ) -> Response[bytes]:
        view = SignInView(
            email[:254],
            after,
            ended=False,
            passkey=_passkey(desk, request),
            faults=(FieldFault("email", sentence),),
        )
        return PAGES.render(request, "office/sign_in.html", view, status=status)

    @post("/office/sign-out")
    async def sign_out(request: WebRequest) -> Response[bytes]:
        member, _form = await desk.form(request)
        await desk.use_cases.sign_out(member)
        response = see_other(request, SIGN_IN)
        COOKIE.clear(request, response)
        return response

    @post("/office/here")
    async def here(request: WebRequest) -> Response[bytes]:
        """Keep the session of somebody who is at work on a page, such as writing for long."""
        await desk.form(request)
        return Response(b"", status_code=204, media_type=HTML)

    @post("/office/shortcuts")
    async def shortcuts(request: WebRequest) -> Response[bytes]:
        member, form = await desk.form(request)
        response = see_other(request, home_of(member.role))
        if form.text("shortcuts") == "off":
            KEYS_COOKIE.put(request, response, "off", max_age=365 * 24 * 3600)
        else:
            KEYS_COOKIE.clear(request, response)
        return response

    return [office, sign_in_page, sign_in, sign_in_by_passkey, sign_out, here, shortcuts]


def home_of(role: Role) -> str:
    """Say where a member begins: at their inbox, or at the trail for who has none."""
    return HOME if is_allowed(role, Permission.READ_MESSAGES) else "/office/audit"


def answer_not_signed_in(
    desk: Desk,
) -> Callable[[WebRequest, NotSignedIn], Response[bytes]]:
    """Answer 401 with the sign-in page, and for htmx an order to go there.

    45 CFR 164.312(a)(2)(iii): a session that was idle too long is over, whatever is asked.
    """

    def answer(request: WebRequest, _error: NotSignedIn) -> Response[bytes]:
        ended = COOKIE.read(request) is not None
        if request.headers.get("hx-request") == "true":
            order = {"HX-Redirect": SIGN_IN}
            return Response(b"", status_code=401, headers=order, media_type=HTML)
        path = request.scope["path"] if request.method == "GET" else HOME
        view = SignInView("", _safe_next(path), ended=ended, passkey=_passkey(desk, request))
        response = PAGES.render(request, "office/sign_in.html", view, status=401)
        if ended:
            COOKIE.clear(request, response)
        return response

    return answer


def _passkey(desk: Desk, request: WebRequest) -> PasskeyForm:
    return passkey_form(request, desk.use_cases.passkeys.challenge(None), PRF_SALT)


async def _enter(
    desk: Desk, request: WebRequest, signed_in: SignedIn, after: str
) -> Response[bytes]:
    """Hand out the session's cookie; a language that was picked on the page before is kept."""
    chosen = web_context(request).chosen
    member = await desk.use_cases.resume(signed_in.cookie) if chosen else None
    if member and member.language is not chosen:
        await desk.use_cases.language.own(member, chosen)
    response = see_other(request, home_of(signed_in.role) if after == HOME else after)
    COOKIE.put(request, response, signed_in.cookie, max_age=int(ABSOLUTE_LIMIT.total_seconds()))
    return response


def _safe_next(path: str) -> str:
    """Keep only paths of the office's own pages: a sign-in must not lead anywhere else."""
    ours = path.startswith(_AFTER_SIGN_IN) and "\\" not in path
    return path if ours and path.isascii() and path.isprintable() else HOME
