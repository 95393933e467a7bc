"""What the contact's pages share: the cookie, the brand, the pages for strangers."""

from collections.abc import Callable

from litestar import Response

from licorne.application.receiving.visit_link import Visit
from licorne.domain.identity.contact import Contact
from licorne.domain.identity.ids import DeliveryId, MailboxId
from licorne.domain.identity.organization import Organization
from licorne.domain.pickup.contact_session import ABSOLUTE_LIMIT
from licorne.edges.pickup.use_cases import PickupUseCases
from licorne.edges.pickup.views import LinkView, NumberView
from licorne.edges.web.brand import Brand, brand_of
from licorne.edges.web.context import WebRequest, web_context
from licorne.edges.web.cookies import SessionCookie
from licorne.edges.web.language import speak
from licorne.edges.web.pages import Pages, chosen_query, see_other
from licorne.edges.web.passkey_form import PasskeyForm, passkey_form
from licorne.edges.web.refusal import FieldFault
from licorne.vault.passkeys import CONTACT_PRF_SALT

COOKIE = SessionCookie("contact")
PAGES = Pages(COOKIE)
Fault = Callable[[], FieldFault]  # said once it is known in which language
SESSION_SECONDS = int(ABSOLUTE_LIMIT.total_seconds())


def speak_to(request: WebRequest, contact: Contact, practice: Organization) -> None:
    """Go on in the language that was picked on the page before, or else chosen by or for them."""
    context = web_context(request)
    speak(context.chosen, contact.language, context.preferred, practice.language)


def to_link(request: WebRequest, token: str) -> Response[bytes]:
    """Lead to the page of a link; a picked language goes along."""
    return see_other(request, f"/{token}{chosen_query(request)}")


def practice_brand(organization: Organization) -> Brand:
    return brand_of(organization.name, organization.accent)


def link_page(
    request: WebRequest,
    template: str,
    token: str,
    visit: Visit,
    *faults: Fault,
    ticket: str = "",
    challenge: bytes = b"",
    status: int = 200,
) -> Response[bytes]:
    """Show one of the pages that a known link leads to, with its faults in the page's language.

    ``challenge`` is given where a passkey may sign in.
    """
    located = visit.located
    if located is None:
        return unknown_page(request)
    speak_to(request, located.contact, located.organization)
    challenged = located.challenged
    view = LinkView(
        token=token,
        practice=located.organization.name,
        phone=located.organization.phone,
        faults=tuple(fault() for fault in faults),
        ticket=ticket,
        tries_left=challenged.tries_left if challenged else None,
        can_sign_in=located.current.is_claimed and visit.signed_in is None,
        inbox=f"/m/{visit.signed_in.mailbox.id}" if visit.signed_in else None,
        passkey=contact_passkey_form(request, challenge) if challenge else None,
    )
    return PAGES.render(
        request, template, view, brand=practice_brand(located.organization), status=status
    )


def unknown_page(
    request: WebRequest, faults: tuple[FieldFault, ...] = (), *, is_link_unknown: bool = True
) -> Response[bytes]:
    """Ask a stranger for the phone number; what is known of it shows in no answer."""
    view = NumberView(is_link_unknown, faults)
    status = 404 if is_link_unknown else 200
    return PAGES.render(request, "pickup/unknown.html", view, status=status)


def contact_passkey_form(request: WebRequest, challenge: bytes) -> PasskeyForm:
    return passkey_form(request, challenge, CONTACT_PRF_SALT)


async def signed_in(
    use_cases: PickupUseCases,
    request: WebRequest,
    cookie: str,
    mailbox: MailboxId,
    delivery: DeliveryId | None = None,
) -> Response[bytes]:
    """Hand out a session's cookie, and lead to what its owner came for.

    A language that was picked before is kept now.
    """
    chosen = web_context(request).chosen
    contact = await use_cases.sessions.resume(cookie, mailbox) if chosen else None
    if chosen and contact:
        await use_cases.choose_language(contact, chosen)
    response = see_other(request, f"/m/{mailbox}/{delivery}" if delivery else f"/m/{mailbox}")
    COOKIE.put(request, response, cookie, max_age=SESSION_SECONDS)
    return response
