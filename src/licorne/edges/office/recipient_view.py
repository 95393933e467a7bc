"""A recipient while one writes: whether the number is right, whose it is, and what will happen."""

from dataclasses import dataclass

from licorne.application.sending.check_recipient import RecipientCheck
from licorne.application.shown_contact import ShownContact
from licorne.domain.identity.phone_number import LineKind, PhoneNumber
from licorne.domain.policy.sentences import sentence
from licorne.domain.policy.verdict import Refuse
from licorne.edges.office.state_wording import StateView, proof_view
from licorne.edges.web.language import current_language, locale_of
from licorne.edges.web.language import gettext as _


@dataclass(frozen=True, slots=True)
class RecipientView:
    """``tone``: success (all is well), warning (look at it), danger (can't be sent)."""

    tone: str
    name: str
    number: str
    about: str
    proof: StateView | None


def recipient_view(
    check: RecipientCheck, contact: ShownContact | None, region: str
) -> RecipientView:
    number = check.number
    shown = number.shown_in(region)
    name = contact.who.name if contact and contact.who.name else ""
    proof = proof_view(contact.state, contact.proof, contact.generation) if contact else None
    if isinstance(check.verdict, Refuse):
        return RecipientView("danger", name or shown, shown, _(sentence(check.verdict)), proof)
    tone, about = _about(number)
    if not about and contact is None:
        about = _("New number: the first message to it.")
    return RecipientView(tone, name or shown, shown if name else _country(number), about, proof)


def refused_view(typed: str, why: str) -> RecipientView:
    return RecipientView("danger", typed, "", why, None)


def _about(number: PhoneNumber) -> tuple[str, str]:
    if not number.assignable:
        return "warning", _(
            "Nobody can have this number. It is taken in, but no real carrier is asked to text it."
        )
    if number.line_kind is LineKind.FIXED:
        return "warning", _("This looks like a landline. Landlines can’t get texts.")
    return "success", ""


def _country(number: PhoneNumber) -> str:
    if number.region is None or number.region == "001":
        return ""
    territories = locale_of(current_language.get(), number.region).territories
    return str(territories.get(number.region, ""))
