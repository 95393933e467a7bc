"""What every page of the office needs: who is asking, the frame around the page, the way back."""

from collections.abc import Mapping
from dataclasses import dataclass

from litestar import Response

from licorne.application.signed_in_member import SignedInMember
from licorne.edges.office.times import TimeTeller
from licorne.edges.office.use_cases import OfficeSurroundings, OfficeUseCases
from licorne.edges.web.brand import Accent, Brand
from licorne.edges.web.context import WebRequest, web_context
from licorne.edges.web.cookies import SessionCookie
from licorne.edges.web.form import Form, read_form
from licorne.edges.web.language import gettext as _
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
    may_write: bool
    may_see_audit: bool
    may_manage_members: bool
    shortcuts: bool
    unread: int
    notice: str = ""  # what was just done, in a sentence


@dataclass(frozen=True, slots=True)
class Desk:
    use_cases: OfficeUseCases
    surroundings: OfficeSurroundings

    async def member(self, request: WebRequest, *, by_person: bool = True) -> SignedInMember:
        """Say who is asking. Raises `NotSignedIn`.

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
        return member

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
            initials=_initials(member.name),
            practice=member.organization.name,
            may_write=member.may_write,
            may_see_audit=member.may_see_audit,
            may_manage_members=member.may_manage_members,
            shortcuts=KEYS_COOKIE.read(request) != "off",
            unread=unread,
            notice=notice,
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


def _initials(name: str) -> str:
    words = name.split()
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
