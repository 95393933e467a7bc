"""Inviting somebody, letting a member come back, and handing conversations over."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from licorne.application.governing.keep_invitations import MadeInvitation
from licorne.application.signed_in_member import SignedInMember
from licorne.domain.identity.email_address import EmailRefused, parse_email_address
from licorne.domain.identity.ids import MemberId
from licorne.domain.identity.permission import GOVERNED
from licorne.domain.identity.role import Role
from licorne.domain.mailbox.identity_proof import IdentityProof
from licorne.edges.office.desk import Desk, Shell
from licorne.edges.office.member_pages import role_words
from licorne.edges.web.context import WebRequest, web_context
from licorne.edges.web.language import gettext as _
from licorne.edges.web.language import ngettext
from licorne.edges.web.pages import see_other
from licorne.edges.web.refusal import FieldFault, Refusal
from licorne.store.members import EmailInUse


@dataclass(frozen=True, slots=True)
class RoleChoice:
    value: str
    label: str
    hint: str


@dataclass(frozen=True, slots=True)
class InvitePage:
    """``link`` is shown on the page that answers the making of it, and never again."""

    shell: Shell
    roles: tuple[RoleChoice, ...]
    email: str = ""
    role: str = Role.MEMBER.value
    link: str = ""
    until: str = ""
    is_back: bool = False
    faults: tuple[FieldFault, ...] = ()


@dataclass(frozen=True, slots=True)
class HandedOverPage:
    shell: Shell
    sentence: str


def invitation_routes(desk: Desk) -> list[HTTPRouteHandler]:
    def page(
        request: WebRequest,
        member: SignedInMember,
        *,
        email: str = "",
        role: str = Role.MEMBER.value,
        made: MadeInvitation | None = None,
        is_back: bool = False,
        fault: FieldFault | None = None,
    ) -> Response[bytes]:
        public = web_context(request).settings.public_url
        view = InvitePage(
            shell=desk.shell(request, member, "members"),
            roles=_roles(member.role),
            email=email if made is None else made.email,
            role=role,
            link="" if made is None else f"{public}/office/join/{made.token}",
            until="" if made is None else _until(desk, member, made.expires_at),
            is_back=is_back,
            faults=() if fault is None else (fault,),
        )
        status = 200 if fault is None else 422
        return desk.render(request, member, "office/invite.html", view, status=status)

    @get("/office/members/invite")
    async def ask(request: WebRequest) -> Response[bytes]:
        return page(request, await desk.member(request))

    @post("/office/members/invite")
    async def invite(request: WebRequest) -> Response[bytes]:
        member, form = await desk.form(request)
        email, role = form.text("email").strip()[:254], form.text("role")
        try:
            chosen = Role(role)
            made = await desk.use_cases.invitations.invite(
                member, parse_email_address(email), chosen
            )
        except (EmailRefused, EmailInUse) as problem:
            fault = FieldFault("email", _(problem.sentence))
            return page(request, member, email=email, role=role, fault=fault)
        except ValueError:
            made = None
        if made is None:
            fault = FieldFault("role", _("Choose what they may do."))
            return page(request, member, email=email, fault=fault)
        return page(request, member, made=made)

    @post("/office/members/invitations/{invitation:uuid}/withdraw")
    async def withdraw(request: WebRequest, invitation: FromPath[uuid.UUID]) -> Response[bytes]:
        member, _form = await desk.form(request)
        if not await desk.use_cases.invitations.withdraw(member, invitation):
            raise Refusal(404, "no-such-invitation", _("There is no such invitation."))
        return see_other(request, "/office/members")

    @post("/office/members/{other:uuid}/let-back")
    async def let_back(request: WebRequest, other: FromPath[uuid.UUID]) -> Response[bytes]:
        member, form = await desk.form(request)
        try:
            proof = IdentityProof(form.text("proof"))
        except ValueError:
            raise Refusal(
                422, "no-proof", _("Say how you made sure who the person is. Go back and choose.")
            ) from None
        made = await desk.use_cases.invitations.let_back(member, MemberId(other), proof)
        if made is None:
            raise Refusal(404, "no-such-member", _("You can’t let this member back in."))
        return page(request, member, made=made, is_back=True)

    @post("/office/members/hand-over")
    async def hand_over(request: WebRequest) -> Response[bytes]:
        member, _form = await desk.form(request)
        done = await desk.use_cases.hand_over(member)
        told = ngettext(
            "%(num)d message was handed over.", "%(num)d messages were handed over.", done.given
        ) % {"num": done.given}
        if done.left:
            told += " " + _("Some need somebody else, who may open the practice’s copies.")
        shell = desk.shell(request, member, "members")
        return desk.render(request, member, "office/handed_over.html", HandedOverPage(shell, told))

    return [ask, invite, withdraw, let_back, hand_over]


def _until(desk: Desk, member: SignedInMember, at: datetime) -> str:
    return desk.teller(member).tell(at).line


def _roles(role: Role) -> tuple[RoleChoice, ...]:
    hints = {
        Role.OWNER: _("Everything, and looks after the other owners and officers."),
        Role.OFFICER: _("Reads and writes, invites people, and reads the audit trail."),
        Role.MEMBER: _("Reads and writes in their own conversations and their teams’."),
        Role.AUDITOR: _("Reads the audit trail only, without patients’ names."),
    }
    return tuple(
        RoleChoice(one.value, role_words(one), hints[one])
        for one in (Role.MEMBER, Role.OFFICER, Role.OWNER, Role.AUDITOR)
        if one in GOVERNED[role]
    )
