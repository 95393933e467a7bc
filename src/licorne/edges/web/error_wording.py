"""What people read when a request can't be answered, one place for all of it."""

from dataclasses import dataclass

from licorne.edges.web.language import gettext as _


@dataclass(frozen=True, slots=True)
class ErrorWording:
    title: str
    sentence: str


def wording_for(status: int) -> ErrorWording:
    """Give title and sentence for an HTTP status, in the caller's language."""
    match status:
        case 400:
            return ErrorWording(
                _("We could not read that"),
                _("Something in the request is missing or not as expected. Please try again."),
            )
        case 401:
            return ErrorWording(_("Please sign in"), _("You need to sign in to see this."))
        case 403:
            return ErrorWording(_("This is not open to you"), _("You are not allowed to do this."))
        case 404:
            return ErrorWording(
                _("Page not found"),
                _("If you typed or pasted the address, check that it is complete."),
            )
        case 405:
            return ErrorWording(
                _("That does not work here"),
                _("This address does not take this kind of request."),
            )
        case 413:
            return ErrorWording(
                _("That is too large"),
                _("What you sent is larger than we can take. Send less, or in several parts."),
            )
        case 429:
            return ErrorWording(
                _("Please wait a little"),
                _("There were too many tries in a short time. Wait a few minutes and try again."),
            )
        case 503:
            return ErrorWording(
                _("Not available right now"),
                _("The service is not ready. Please try again in a few minutes."),
            )
        case status if status < 500:
            return ErrorWording(_("We could not do that"), _("Please go back and try again."))
        case _:
            return ErrorWording(
                _("Something went wrong on our side"),
                _("Nothing was lost. Please try again in a few minutes."),
            )
