"""The envelope of one message: who is signed in, and the recipients accepted so far."""

from dataclasses import dataclass, field

from licorne.application.sending.authenticate_submission import Submitter
from licorne.domain.identity.phone_number import PhoneNumber


@dataclass(slots=True)
class Envelope:
    """Grows by RCPT; handed on whole with DATA."""

    submitter: Submitter
    utf8: bool = False
    asked_recipients: int = 0
    recipients: dict[PhoneNumber, None] = field(default_factory=dict)  # distinct, in order

    def add(self, number: PhoneNumber) -> None:
        self.recipients.setdefault(number)
