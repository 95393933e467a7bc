"""What stands wherever a contact can write: nobody watches around the clock, and whom to call.

On by default, by country (threat 42); an organization may word it, but not lose it by accident:
empty words give the country's own.
"""

from dataclasses import dataclass

from licorne.domain.identity.language import Language
from licorne.edges.web.language import SOURCE_LANGUAGE, current_language
from licorne.edges.web.language import gettext as _


@dataclass(frozen=True, slots=True)
class CrisisWording:
    """``now`` says whom to call; ``practice`` the practice's own number, where there is one."""

    watched: str
    now: str
    practice: str


def crisis_wording(
    region: str,
    own_words: str | None,
    own_language: Language | None,
    practice_phone: str | None,
) -> CrisisWording:
    """Give the wording for a country (ISO 3166-1 alpha-2), or the organization's own words.

    Those count for who reads the language that they are in: in a crisis nobody should guess.
    """
    is_read = current_language.get() is (own_language or SOURCE_LANGUAGE)
    own = (own_words or "").strip() if is_read else ""
    return CrisisWording(
        watched=_("Messages here are not watched around the clock."),
        now=own or _country_wording(region.upper()),
        practice=_("You can call the practice at %(phone)s.") % {"phone": practice_phone}
        if practice_phone
        else "",
    )


def _country_wording(region: str) -> str:
    match region:
        case "US" | "PR" | "GU" | "VI" | "AS" | "MP":
            return _(
                "In an emergency call 911. If you are in crisis or thinking about suicide, call or"
                " text 988, at any time."
            )
        case "CA":
            return _(
                "In an emergency call 911. If you are in crisis or thinking about suicide, call or"
                " text 9-8-8, at any time."
            )
        case "GB":
            return _(
                "In an emergency call 999. If you need help now and it is not an emergency, call"
                " 111, at any time. To talk to somebody, call Samaritans on 116 123."
            )
        case "IE":
            return _(
                "In an emergency call 112 or 999. To talk to somebody, call Samaritans on 116 123,"
                " at any time."
            )
        case "AU":
            return _(
                "In an emergency call 000. If you are in crisis, call Lifeline on 13 11 14, at any"
                " time."
            )
        case "NZ":
            return _(
                "In an emergency call 111. If you are in crisis, call or text 1737, at any time."
            )
        case _:
            return _("In an emergency or a crisis call 112 or your local emergency number now.")
