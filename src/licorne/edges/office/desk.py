"""What every page of the office needs: who is asking, the frame around the page, the way back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from litestar import Response

from licorne.application.member_acts import NotPermitted
from licorne.application.signed_in_member import SignedInMember
from licorne.domain.identity.permission import Permission
from licorne.edges.office.alarm_view import AlarmView, alarm_view
from licorne.edges.office.route_permissions import NEEDS
from licorne.edges.office.times import TimeTeller
from licorne.edges.office.use_cases import OfficeSurroundings, OfficeUseCases
from licorne.edges.web.brand import Accent, Brand
from licorne.edges.web.context import WebRequest, web_context
from licorne.edges.web.cookies import SessionCookie
from licorne.edges.web.error_responses import answer_refusal
from licorne.edges.web.form import Form, read_form
from licorne.edges.web.language import gettext as _
from licorne.edges.web.language import speak
from licorne.edges.web.pages import Pages
from licorne.edges.web.refusal import Refusal

COOKIE = SessionCookie("office")
KEYS_COOKIE = SessionCookie("office-keys")  # "off": no single-key shortcuts (WCAG 2.1.4)
PAGES = Pages(COOKIE)


class NotSignedIn(Exception):
    """The session has ended or never was; the answer is 401 with the sign-in page."""


@dataclass(frozen=True, slots=True)
class Shell:
    """The frame around a page. ``section`` is the entry of the menu that it belongs to."""

    section: str
    member_name: str
    initials: str
    practice: str
    member: SignedInMember  # whose role decides what the menu shows
    shortcuts: bool
    unread: int
    notice: str = ""  # what was just done, in a sentence
    alarms: tuple[AlarmView, ...] = ()

    @property
    def may_read(self) -> bool:
        return self.member.may(Permission.READ_MESSAGES)

    @property
    def may_write(self) -> bool:
        return self.member.may(Permission.WRITE_MESSAGES)

    @property
    def may_see_contacts(self) -> bool:
        return self.member.may(Permission.SEE_CONTACTS)

    @property
    def may_see_audit(self) -> bool:
        return self.member.may(Permission.SEE_AUDIT)

    @property
    def may_set_policy(self) -> bool:
        return self.member.may(Permission.SET_POLICY)

    @property
    def may_see_incidents(self) -> bool:
        return self.member.may(Permission.SEE_INCIDENTS)

    @property
    def may_keep_records(self) -> bool:
        return self.member.may(Permission.KEEP_RECORDS)

    @property
    def may_open_in_emergency(self) -> bool:
        return self.member.may(Permission.OPEN_IN_EMERGENCY)

    @property
    def hears_alarms(self) -> bool:
        return self.member.may(Permission.HEAR_ALARMS)

    @property
    def may_hold_record_key(self) -> bool:
        return self.member.may(Permission.HOLD_RECORD_KEY)

    @property
    def may_govern(self) -> bool:
        return self.member.may(Permission.GOVERN_MEMBERS)


@dataclass(frozen=True, slots=True)
class Desk:
    use_cases: OfficeUseCases
    surroundings: OfficeSurroundings

    async def member(self, request: WebRequest, *, by_person: bool = True) -> SignedInMember:
        """Say who is asking, if their role opens this route. Raises `NotSignedIn`, `NotPermitted`.

        ``by_person`` is false for what a page asks by itself: it must not keep a session alive.
        """
        context = web_context(request)
        if context.prefetch or context.head:
            # Nobody reads the answer, and pages of messages record that they were read.
            raise Refusal(403, "not-for-robots", _("Open this page yourself."))
        cookie = COOKIE.read(request)
        member = cookie and await self.use_cases.resume(cookie, extend=by_person)
        if not member:
            raise NotSignedIn
        speak(member.language, context.preferred, member.organization.language)
        route = (request.method, cast("dict[str, Any]", request.scope)["path_template"])
        needed = NEEDS[route]  # a route without a row fails, for everybody
        if needed is not None:
            await self.use_cases.permit(member, needed)
        await self.hear_alarms(request, member)
        return member

    async def hear_alarms(self, request: WebRequest, member: SignedInMember) -> None:
        """Have the frame of this answer show what the member has to hear of."""
        teller = self.teller(member)
        heard = await self.use_cases.alarms(member) if member.may(Permission.HEAR_ALARMS) else ()
        request.state.alarms = tuple(alarm_view(one, teller) for one in heard)

    async def form(self, request: WebRequest) -> tuple[SignedInMember, Form]:
        """Read a form of a signed-in member, its CSRF token checked."""
        member = await self.member(request)
        return member, await read_form(request, COOKIE)

    def teller(self, member: SignedInMember) -> TimeTeller:
        return TimeTeller.of(member.organization, self.surroundings.clock.now())

    def once(self) -> str:
        """Make a word for a form, by which a second sending of it is known as the same."""
        return self.surroundings.randomness.bytes(16).hex()

    def shell(
        self,
        request: WebRequest,
        member: SignedInMember,
        section: str,
        *,
        unread: int = 0,
        notice: str = "",
    ) -> Shell:
        return Shell(
            section=section,
            member_name=member.name,
            initials=initials_of(member.name),
            practice=member.organization.name,
            member=member,
            shortcuts=KEYS_COOKIE.read(request) != "off",
            unread=unread,
            notice=notice,
            alarms=getattr(request.state, "alarms", ()),
        )

    def render(
        self,
        request: WebRequest,
        member: SignedInMember,
        template: str,
        view: object,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> Response[bytes]:
        return PAGES.render(
            request, template, view, brand=brand_of(member), status=status, headers=headers
        )


def initials_of(name: str) -> str:
    """Give the first letters of first and last name; a title ("Dr.") is no name."""
    words = [word for word in name.split() if not word.endswith(".")] or name.split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


def brand_of(member: SignedInMember) -> Brand:
    accent = member.organization.accent
    known = accent in {one.value for one in Accent}
    return Brand(member.organization.name, Accent(accent) if known else Accent.TEAL)


def is_fragment(request: WebRequest, target: str) -> bool:
    """Say whether htmx asks for this part of a page only."""
    return (
        request.headers.get("hx-request") == "true" and request.headers.get("hx-target") == target
    )


def answer_not_permitted(request: WebRequest, refused: NotPermitted) -> Response[bytes]:
    """Answer 403 in words; it is recorded already."""
    return answer_refusal(request, Refusal(403, "not-permitted", _(refused.sentence)))
