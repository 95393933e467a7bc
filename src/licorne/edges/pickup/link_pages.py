"""The pages that a link leads to: prove who you are, set a password, sign in, or be helped on."""

from functools import partial

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from licorne.application.receiving.challenge_tries import ChallengeLocked, NothingToProve, NotMet
from licorne.application.receiving.claim_mailbox import Claimed, ClaimLost
from licorne.application.receiving.contact_passkeys import PasskeyNotTaken
from licorne.application.receiving.forgot_password import (
    MailboxReset,
    TooManyResets,
    may_reset,
)
from licorne.application.receiving.prove_challenge import Proved
from licorne.application.receiving.sign_in import (
    PasswordLocked,
    SignedIn,
    TooManyTries,
    WrongPasswordGiven,
)
from licorne.application.receiving.visit_link import Visit
from licorne.domain.pickup.door import Door
from licorne.domain.pickup.password_rules import RefusedPassword
from licorne.edges.pickup import wording
from licorne.edges.pickup.counter import (
    COOKIE,
    Fault,
    link_page,
    signed_in,
    to_link,
    unknown_page,
)
from licorne.edges.pickup.use_cases import PickupUseCases
from licorne.edges.web.context import WebRequest, web_context
from licorne.edges.web.form import read_form
from licorne.edges.web.pages import see_other
from licorne.edges.web.passkey_form import origin_of, read_passkey

# Pages that a form's answer may stand on: opened or reloaded by themselves they lead back.
STEPS = ("passphrase", "password", "sign-in", "passkey", "fresh", "stop")


def link_routes(use_cases: PickupUseCases) -> list[HTTPRouteHandler]:
    """Make the routes; a page's GET is always the link itself, so that nothing ends nowhere."""

    def challenge() -> bytes:
        return use_cases.passkeys.challenge(None)

    async def page(
        request: WebRequest, token: str, *faults: Fault, status: int = 200
    ) -> Response[bytes]:
        visit = await use_cases.visit(token, COOKIE.read(request), observed=False)
        return _page_for(request, token, visit, challenge(), *faults, status=status)

    @get("/{token:str}")
    async def open_link(request: WebRequest, token: FromPath[str]) -> Response[bytes]:
        context = web_context(request)
        observed = not (context.head or context.prefetch)
        visit = await use_cases.visit(token, COOKIE.read(request), observed=observed)
        if visit.door is Door.OPEN and visit.located is not None and visit.signed_in is not None:
            return see_other(
                request, f"/m/{visit.signed_in.mailbox.id}/{visit.located.delivery.id}"
            )
        return _page_for(request, token, visit, challenge())

    @get([f"/m/link/{{token:str}}/{step}" for step in STEPS])
    async def return_to_link(request: WebRequest, token: FromPath[str]) -> Response[bytes]:
        return to_link(request, token) if token.isalnum() else unknown_page(request)

    @get("/m/link/{token:str}/forgotten")
    async def explain_start_anew(request: WebRequest, token: FromPath[str]) -> Response[bytes]:
        visit = await use_cases.visit(token, COOKIE.read(request), observed=False)
        if visit.located is not None and may_reset(visit.located, visit.door):
            return link_page(request, "pickup/forgotten.html", token, visit)
        return to_link(request, token) if token.isalnum() else unknown_page(request)

    @post("/m/link/{token:str}/passphrase", status_code=200)
    async def prove(request: WebRequest, token: FromPath[str]) -> Response[bytes]:
        form = await read_form(request, None)
        passphrase = form.text("passphrase")
        if not passphrase.strip():
            return await page(request, token, wording.enter_passphrase)
        match await use_cases.prove_challenge(token, passphrase):
            case Proved(ticket):
                visit = await use_cases.visit(token, COOKIE.read(request), observed=False)
                return link_page(request, "pickup/set_password.html", token, visit, ticket=ticket)
            case NotMet(left):
                return await page(request, token, partial(wording.wrong_passphrase, left))
            case ChallengeLocked():
                return await page(request, token)
            case NothingToProve():
                return to_link(request, token)

    @post("/m/link/{token:str}/password", status_code=200)
    async def set_password(request: WebRequest, token: FromPath[str]) -> Response[bytes]:
        form = await read_form(request, None)
        ticket = form.text("ticket")
        match await use_cases.claim(token, form.text("password"), ticket, COOKIE.read(request)):
            case Claimed(cookie, mailbox, delivery):
                return await signed_in(use_cases, request, cookie, mailbox, delivery)
            case RefusedPassword() as refused:
                visit = await use_cases.visit(token, COOKIE.read(request), observed=False)
                fault = partial(wording.refused_password, refused)
                return link_page(
                    request, "pickup/set_password.html", token, visit, fault, ticket=ticket
                )
            case ClaimLost():
                return await page(request, token, wording.already_claimed)
            case _:
                return to_link(request, token)

    @post("/m/link/{token:str}/sign-in", status_code=200)
    async def sign_in(request: WebRequest, token: FromPath[str]) -> Response[bytes]:
        form = await read_form(request, None)
        password = form.text("password")
        if not password:
            return await page(request, token, wording.enter_password)
        answer = await use_cases.sign_in(
            token,
            password,
            address=web_context(request).client_address,
            earlier_cookie=COOKIE.read(request),
        )
        match answer:
            case SignedIn(cookie, mailbox, delivery):
                return await signed_in(use_cases, request, cookie, mailbox, delivery)
            case WrongPasswordGiven():
                return await page(request, token, wording.wrong_password)
            case TooManyTries():
                return await page(request, token, wording.too_many_tries, status=429)
            case PasswordLocked():
                return await page(request, token, wording.password_locked)
            case _:
                return to_link(request, token)

    @post("/m/link/{token:str}/passkey", status_code=200)
    async def sign_in_by_passkey(request: WebRequest, token: FromPath[str]) -> Response[bytes]:
        given = read_passkey(await read_form(request, None))
        answer = await use_cases.passkeys.sign_in(
            token,
            given.answer,
            given.secret,
            origin=origin_of(request),
            address=web_context(request).client_address,
            earlier_cookie=COOKIE.read(request),
        )
        match answer:
            case SignedIn(cookie, mailbox, delivery):
                return await signed_in(use_cases, request, cookie, mailbox, delivery)
            case PasskeyNotTaken():
                return await page(request, token, wording.wrong_passkey, status=403)
            case TooManyTries():
                return await page(request, token, wording.too_many_tries, status=429)
            case _:
                return to_link(request, token)

    @post("/m/link/{token:str}/forgotten", status_code=200)
    async def start_anew(request: WebRequest, token: FromPath[str]) -> Response[bytes]:
        form = await read_form(request, None)
        answer = await use_cases.forgot_password(token, form.text("password"), COOKIE.read(request))
        match answer:
            case MailboxReset(cookie, mailbox):
                return await signed_in(use_cases, request, cookie, mailbox)
            case RefusedPassword() as refused:
                fault = partial(wording.refused_password, refused)
            case TooManyResets():
                fault = partial(wording.too_many_resets)
            case _:
                return to_link(request, token)
        visit = await use_cases.visit(token, COOKIE.read(request), observed=False)
        return link_page(request, "pickup/forgotten.html", token, visit, fault)

    @post("/m/link/{token:str}/fresh", status_code=200)
    async def ask_fresh_link(request: WebRequest, token: FromPath[str]) -> Response[bytes]:
        await read_form(request, None)
        address = web_context(request).client_address
        allowed = await use_cases.ask_fresh_link.by_link(token, address=address)
        visit = await use_cases.visit(token, COOKIE.read(request), observed=False)
        if visit.located is None:
            return unknown_page(request)
        template = "pickup/fresh_sent.html" if allowed else "pickup/fresh_too_often.html"
        return link_page(request, template, token, visit, status=200 if allowed else 429)

    @post("/m/link/{token:str}/stop", status_code=200)
    async def stop_texting(request: WebRequest, token: FromPath[str]) -> Response[bytes]:
        await read_form(request, None)
        address = web_context(request).client_address
        stopped = await use_cases.stop_texting.by_link(token, address=address)
        visit = await use_cases.visit(token, COOKIE.read(request), observed=False)
        if not stopped or visit.located is None:
            return unknown_page(request)
        return link_page(request, "pickup/stopped.html", token, visit)

    return [
        open_link,
        return_to_link,
        explain_start_anew,
        prove,
        set_password,
        sign_in,
        sign_in_by_passkey,
        start_anew,
        ask_fresh_link,
        stop_texting,
    ]


_TEMPLATES = {
    Door.RECALLED: "pickup/recalled.html",
    Door.CONTENT_EXPIRED: "pickup/content_expired.html",
    Door.LINK_EXPIRED: "pickup/link_expired.html",
    Door.SUPERSEDED: "pickup/superseded.html",
    Door.SIGN_IN: "pickup/sign_in.html",
    Door.LOCKED: "pickup/locked.html",
    Door.PASSPHRASE: "pickup/passphrase.html",
    Door.SET_PASSWORD: "pickup/set_password.html",
}


def _page_for(
    request: WebRequest,
    token: str,
    visit: Visit,
    challenge: bytes,
    *faults: Fault,
    status: int = 200,
) -> Response[bytes]:
    if visit.located is None or visit.door is Door.UNKNOWN:
        return unknown_page(request)
    if visit.door is Door.OPEN:
        return to_link(request, token)
    return link_page(
        request,
        _TEMPLATES[visit.door],
        token,
        visit,
        *faults,
        challenge=challenge if visit.located.current.is_claimed else b"",
        status=status,
    )
