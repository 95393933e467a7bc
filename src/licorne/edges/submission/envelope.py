"""The envelope of one message: who is signed in, and the recipients accepted so far."""

from dataclasses import dataclass, field

from licorne.application.sending.authenticate_submission import Submitter
from licorne.application.sending.reservations import Reservation
from licorne.application.sending.screen import Known
from licorne.domain.identity.phone_number import PhoneNumber
from licorne.store.intake_facts import IntakeFacts

_FACTS_LAST = 30.0  # seconds: how long after its RCPT a recipient's facts are still used


@dataclass(slots=True)
class Envelope:
    """Grows by RCPT; handed on whole with DATA. Times are the event loop's, in seconds."""

    submitter: Submitter
    utf8: bool = False
    asked_recipients: int = 0
    recipients: dict[PhoneNumber, IntakeFacts] = field(default_factory=dict)  # in order
    reserved: Reservation | None = None  # from DATA on, until the message is sent or given up
    _oldest_facts: float | None = None

    def add(self, number: PhoneNumber, facts: IntakeFacts, now: float) -> None:
        self.recipients.setdefault(number, facts)
        if self._oldest_facts is None:
            self._oldest_facts = now

    def hand_over(self, now: float) -> Known | None:
        """Give what is known for sending, which answers for the reservation from then on."""
        reserved, self.reserved = self.reserved, None
        if reserved is None:
            return None
        fresh = self._oldest_facts is not None and now - self._oldest_facts < _FACTS_LAST
        return Known(tuple(self.recipients.values()) if fresh else None, reserved)
