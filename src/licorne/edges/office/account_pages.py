"""A member's own account: password, authenticator, recovery code, and what is signed in."""

import uuid
from dataclasses import dataclass

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from markupsafe import Markup

from licorne.application.governing.prove_again import NotProved
from licorne.application.signed_in_member import SignedInMember
from licorne.domain.identity.language import parse_language
from licorne.domain.identity.permission import Permission
from licorne.edges.office.desk import Desk, Shell
from licorne.edges.office.language_choices import language_choices
from licorne.edges.office.qr_code import qr_code
from licorne.edges.office.ways_in_view import WayView, no_such_way, read_kind, ways_view
from licorne.edges.web.context import WebRequest
from licorne.edges.web.language import gettext as _
from licorne.edges.web.pages import see_other
from licorne.edges.web.passkey_form import (
    PasskeyForm,
    encode,
    origin_of,
    passkey_form,
    read_passkey,
)
from licorne.edges.web.refusal import FieldFault
from licorne.store.reply_notices import MailWishes
from licorne.vault.passkeys import PRF_SALT
from licorne.vault.totp import is_totp_secret, provisioning_uri

ACCOUNT = "/office/account"
AUTHENTICATOR = "/office/account/authenticator"


@dataclass(frozen=True, slots=True)
class MailsView:
    on: bool
    is_set_up: bool


@dataclass(frozen=True, slots=True)
class LanguageView:
    """``own`` and ``of_practice`` are codes, ``choices`` all there are: code and own name.

    ``may_change_practice`` shows the practice's to whom it is to change.
    """

    own: str
    of_practice: str
    choices: tuple[tuple[str, str], ...]
    may_change_practice: bool


@dataclass(frozen=True, slots=True)
class AccountPage:
    """``code`` is shown on the page that answers the making of it, and never again."""

    shell: Shell
    email: str
    ways: tuple[WayView, ...]
    has_code: bool
    passkey: PasskeyForm
    name: str
    mails: MailsView
    language: LanguageView
    user: str  # the member's id as a passkey's user handle
    code: str = ""
    faults: tuple[FieldFault, ...] = ()


@dataclass(frozen=True, slots=True)
class AuthenticatorPage:
    shell: Shell
    secret: str
    picture: Markup
    faults: tuple[FieldFault, ...] = ()


def account_routes(desk: Desk) -> list[HTTPRouteHandler]:
    async def page(
        request: WebRequest,
        member: SignedInMember,
        *,
        notice: str = "",
        code: str = "",
        faults: tuple[FieldFault, ...] = (),
    ) -> Response[bytes]:
        ways = await desk.use_cases.ways_in(member, member.id)
        view = AccountPage(
            shell=desk.shell(request, member, "account", notice=notice),
            email=member.email,
            ways=() if ways is None else ways_view(ways, desk.teller(member)),
            has_code=await desk.use_cases.recovery_code.is_there(member),
            passkey=passkey_form(request, desk.use_cases.passkeys.challenge(member), PRF_SALT),
            name=member.name,
            mails=await mails(member),
            language=_language_view(member),
            user=encode(member.id.bytes),
            code=code,
            faults=faults,
        )
        status = 422 if faults else 200
        return desk.render(request, member, "office/account.html", view, status=status)

    async def mails(member: SignedInMember) -> MailsView:
        wishes = await desk.use_cases.mail_wishes(member)
        return MailsView(
            on=wishes.reply_mails,
            is_set_up=desk.surroundings.mails_replies,
        )

    async def authenticator_page(
        request: WebRequest,
        member: SignedInMember,
        secret: str,
        faults: tuple[FieldFault, ...] = (),
    ) -> Response[bytes]:
        uri = provisioning_uri(secret, member.email, member.organization.name)
        shell = desk.shell(request, member, "account")
        view = AuthenticatorPage(shell, secret, qr_code(uri), faults)
        status = 422 if faults else 200
        return desk.render(request, member, "office/authenticator.html", view, status=status)

    @get(ACCOUNT)
    async def account(request: WebRequest) -> Response[bytes]:
        return await page(request, await desk.member(request))

    @post("/office/account/password")
    async def password(request: WebRequest) -> Response[bytes]:
        member, form = await desk.form(request)
        try:
            refused = await desk.use_cases.change_password(
                member, form.text("current"), form.text("password")
            )
        except NotProved as problem:
            return await page(request, member, faults=(FieldFault("current", _(problem.sentence)),))
        if refused is not None:
            faults = (FieldFault("password", _(refused.sentence)),)
            return await page(request, member, faults=faults)
        told = _("Your password was changed. Elsewhere you are signed out.")
        return await page(request, member, notice=told)

    @post("/office/account/mails")
    async def change_mails(request: WebRequest) -> Response[bytes]:
        member, form = await desk.form(request)
        on = form.text("reply_mails") == "yes"
        await desk.use_cases.mail_wishes.change(member, MailWishes(on))
        told = (
            _("You get an email when a reply waits for you.")
            if on
            else _("You get no emails about replies any more.")
        )
        return await page(request, member, notice=told)

    @post("/office/account/language")
    async def change_language(request: WebRequest) -> Response[bytes]:
        member, form = await desk.form(request)
        await desk.use_cases.language.own(member, parse_language(form.text("language")))
        return see_other(request, f"{ACCOUNT}#language")

    @post("/office/account/practice-language")
    async def change_practice_language(request: WebRequest) -> Response[bytes]:
        member, form = await desk.form(request)
        chosen = parse_language(form.text("practice_language"))
        if chosen is not None:
            await desk.use_cases.language.of_practice(member, chosen)
        return see_other(request, f"{ACCOUNT}#language")

    @get(AUTHENTICATOR)
    async def authenticator(request: WebRequest) -> Response[bytes]:
        member = await desk.member(request)
        secret = desk.use_cases.change_authenticator.new_secret()
        return await authenticator_page(request, member, secret)

    @post(AUTHENTICATOR)
    async def change_authenticator(request: WebRequest) -> Response[bytes]:
        member, form = await desk.form(request)
        secret = form.text("secret")
        if not is_totp_secret(secret):
            return see_other(request, AUTHENTICATOR)
        try:
            changed = await desk.use_cases.change_authenticator(
                member, form.text("current"), secret, form.text("code")
            )
        except NotProved as problem:
            faults = (FieldFault("current", _(problem.sentence)),)
            return await authenticator_page(request, member, secret, faults)
        if not changed:
            wrong = _("This code isn’t right. Scan the picture again, or wait for the next code.")
            faults = (FieldFault("code", wrong),)
            return await authenticator_page(request, member, secret, faults)
        return await page(request, member, notice=_("The new app is the one that counts now."))

    @post("/office/account/recovery-code")
    async def recovery_code(request: WebRequest) -> Response[bytes]:
        member, form = await desk.form(request)
        try:
            code = await desk.use_cases.recovery_code(member, form.text("for_code"))
        except NotProved as problem:
            faults = (FieldFault("for_code", _(problem.sentence)),)
            return await page(request, member, faults=faults)
        return await page(request, member, code=code)

    @post("/office/account/passkeys")
    async def passkey(request: WebRequest) -> Response[bytes]:
        member, form = await desk.form(request)
        given = read_passkey(form)
        try:
            added = await desk.use_cases.passkeys.add(
                member,
                form.text("for_passkey"),
                given.answer,
                given.secret,
                form.text("label"),
                origin=origin_of(request),
            )
        except NotProved as problem:
            faults = (FieldFault("for_passkey", _(problem.sentence)),)
            return await page(request, member, faults=faults)
        if added is None:
            wrong = _("This passkey can’t be used here. Go on with your password.")
            return await page(request, member, faults=(FieldFault("label", wrong),))
        told = (
            _("You can sign in with this passkey now.")
            if added.wrap
            else _("You can sign in with this passkey and your password now, without a code.")
        )
        return await page(request, member, notice=told)

    @post("/office/account/ways-in/{kind:str}/{way:uuid}")
    async def end(
        request: WebRequest, kind: FromPath[str], way: FromPath[uuid.UUID]
    ) -> Response[bytes]:
        member, _form = await desk.form(request)
        if not await desk.use_cases.ways_in.end(member, member.id, read_kind(kind), way):
            raise no_such_way()
        return see_other(request, ACCOUNT)

    return [
        account, password, change_mails, change_language, change_practice_language, authenticator,
        change_authenticator, recovery_code, passkey, end,
    ]  # fmt: skip


def _language_view(member: SignedInMember) -> LanguageView:
    spoken = member.organization.language
    return LanguageView(
        own="" if member.language is None else member.language.value,
        of_practice="" if spoken is None else spoken.value,
        choices=language_choices(),
        may_change_practice=member.may(Permission.KEEP_PRACTICE),
    )
