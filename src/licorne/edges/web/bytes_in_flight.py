"""A budget for bodies in memory: what many callers send at once must not fill the machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from licorne.edges.web.language import gettext as _
from licorne.edges.web.refusal import Refusal

USUAL_BUDGET = 256 * 1024 * 1024
_SMALL = 64 * 1024  # not counted: there are at most as many as connections


@dataclass(slots=True)
class Taken:
    """What one request has taken of the budget so far."""

    budget: "BytesInFlight"
    size: int = 0

    def grow_to(self, size: int) -> None:
        """Take more, or refuse the request with 503 when all is taken."""
        if size <= max(self.size, _SMALL):
            return
        more = size - self.size
        if more > self.budget.left:
            raise Refusal(
                503,
                "busy",
                _("Too many large messages are on their way in. Try again in a few seconds."),
                title=_("Please try again"),
                cause="bytes in flight",
                headers={"Retry-After": "5"},
            )
        self.budget.left -= more
        self.size = size


@dataclass(slots=True)
class BytesInFlight:
    left: int = USUAL_BUDGET

    @contextmanager
    def taking(self) -> Iterator[Taken]:
        taken = Taken(self)
        try:
            yield taken
        finally:
            self.left += taken.size
