"""What the mail server does with what it was told: sign in, judge a recipient, take a message.

Between the wire's conversation and the use cases: every outcome becomes a reply here.
"""

import asyncio
from dataclasses import dataclass

import structlog

from licorne.application.sending.authenticate_submission import (
    AuthenticateSubmission,
    Submitter,
)
from licorne.application.sending.check_recipient import CheckRecipient
from licorne.application.sending.outcome import KeyUsedOtherwise, Refused
from licorne.application.sending.reservations import Reservations
from licorne.application.sending.send_message import SendMessage, TooManyRaces
from licorne.application.sending.use_app_password import UseAppPassword, UseRefused
from licorne.domain.identity.number_refusal import NumberRefused
from licorne.domain.identity.text_address import NotATextAddress, parse_text_address
from licorne.domain.message.draft import Draft, Source
from licorne.domain.policy.rules import NOT_ASSIGNABLE
from licorne.domain.policy.sentences import sentence
from licorne.domain.policy.verdict import Reason, Refuse
from licorne.edges.submission import replies
from licorne.edges.submission.envelope import Envelope
from licorne.edges.submission.mime.bounded_worker import BoundedMimeWorker
from licorne.edges.submission.mime.parsed_submission import ParsedSubmission
from licorne.edges.submission.mime.refusals import SubmissionRefused
from licorne.edges.submission.replies import Reply
from licorne.ports.blob_store import BlobStoreFull
from licorne.ports.slot_store import SlotStoreFull
from licorne.store.batcher import QueueFullError
from licorne.store.database import DatabaseFull

log = structlog.get_logger("licorne.submission")

# RFC 3463: what kind of trouble each reason is.
_ENHANCED = {
    Reason.NO_RECIPIENT: (554, "5.5.1"),
    Reason.TOO_MANY_RECIPIENTS: (452, "4.5.3"),
    Reason.SENDER_SUSPENDED: (550, "5.7.1"),
    Reason.ORGANIZATION_SUSPENDED: (550, "5.7.1"),
    Reason.OPTED_OUT: (550, "5.7.1"),
    Reason.CONSENT_REVOKED: (550, "5.7.1"),
    Reason.CONSENT_MISSING: (550, "5.7.1"),
    Reason.NUMBER_REFUSED: (550, "5.1.3"),
    Reason.QUOTA: (452, "4.7.1"),
    Reason.ATTACHMENT_TYPE: (554, "5.7.1"),
    Reason.ACTIVE_FILE: (554, "5.7.1"),
    Reason.ARCHIVE: (554, "5.7.1"),
    Reason.INFECTED: (554, "5.7.1"),
    Reason.SCANNER_DOWN: (451, "4.7.1"),
    Reason.TOO_LARGE: (552, "5.3.4"),
    Reason.EMPTY: (554, "5.6.0"),
    Reason.EXPIRY: (554, "5.6.0"),
}

_USE_REPLIES = {
    UseRefused.REVOKED: replies.APP_PASSWORD_REVOKED,
    UseRefused.OVER_CAP: replies.APP_PASSWORD_CAP,
}


@dataclass(frozen=True, slots=True)
class SubmissionUseCases:
    authenticate: AuthenticateSubmission
    use_app_password: UseAppPassword
    reservations: Reservations
    check_recipient: CheckRecipient
    send: SendMessage


class TakeMessage:
    def __init__(self, use_cases: SubmissionUseCases, mime: BoundedMimeWorker) -> None:
        self._use_cases = use_cases
        self._mime = mime

    async def authenticate(self, username: str, password: str, client: str) -> Submitter:
        return await self._use_cases.authenticate(username, password, client)

    def owns(self, submitter: Submitter, address: str) -> bool:
        return self._use_cases.authenticate.owns(submitter, address)

    async def recipient(self, envelope: Envelope, address: str) -> Reply:
        """Judge one RCPT and add it to the envelope when it may be sent to."""
        envelope.asked_recipients += 1
        submitter = envelope.submitter
        try:
            number = parse_text_address(address, submitter.text_domains, submitter.region)
        except NotATextAddress as problem:
            return replies.refusal(550, "5.7.1", problem.sentence)
        except NumberRefused as problem:
            return replies.refusal(550, "5.1.3", problem.sentence)
        try:
            checked = await self._use_cases.check_recipient(
                submitter.organization, submitter.actor, Source.SMTP, number
            )
        except Exception:
            log.exception("recipient_not_checked")
            return replies.NOT_NOW
        if isinstance(checked.verdict, Refuse):
            return _policy_reply(checked.verdict)
        envelope.add(number, checked.facts, asyncio.get_running_loop().time())
        if NOT_ASSIGNABLE in checked.verdict.flags:
            return replies.RECIPIENT_NOT_ASSIGNABLE
        return replies.RECIPIENT_OK

    async def reserve(self, envelope: Envelope) -> Reply | None:
        """Count the recipients against today's quota and the app password's cap.

        Gives the refusal, if any. What is reserved and not sent goes back with ``give_up``.
        """
        try:
            reserved = await self._use_cases.use_app_password(
                envelope.submitter, len(envelope.recipients)
            )
        except QueueFullError:
            return replies.BUSY
        except Exception:
            log.exception("use_not_counted")
            return replies.NOT_NOW
        if isinstance(reserved, UseRefused):
            return _USE_REPLIES[reserved]
        envelope.reserved = reserved
        return None

    async def give_up(self, envelope: Envelope) -> None:
        """Return what was reserved for a message that wasn't sent."""
        reserved, envelope.reserved = envelope.reserved, None
        if reserved is not None:
            await self._use_cases.reservations.give_back(reserved)

    async def message(self, envelope: Envelope, raw: bytes) -> Reply:
        """Take a whole message; what is answered with 250 is durable."""
        try:
            parsed = await self._mime.parse(raw)
        except SubmissionRefused as refused:
            return replies.refusal(refused.code, refused.enhanced, refused.sentence)
        if not self.owns(envelope.submitter, parsed.headers.from_address):
            return replies.SENDER_NOT_YOURS
        try:
            known = envelope.hand_over(asyncio.get_running_loop().time())
            outcome = await self._use_cases.send(_draft(envelope, parsed), known)
        except (SlotStoreFull, BlobStoreFull, DatabaseFull):
            return replies.STORAGE_FULL
        except (QueueFullError, TooManyRaces):
            return replies.BUSY
        except Exception:
            log.exception("message_not_taken")
            return replies.NOT_NOW
        if isinstance(outcome, Refused):
            return _policy_reply(outcome.refusals[0].verdict)
        if isinstance(outcome, KeyUsedOtherwise):
            raise AssertionError("mail has no idempotency key")  # noqa: TRY004 - can't happen
        return replies.accepted(str(outcome.message))


def _draft(envelope: Envelope, parsed: ParsedSubmission) -> Draft:
    return Draft(
        organization=envelope.submitter.organization,
        author=envelope.submitter.actor,
        source=Source.SMTP,
        recipients=tuple(envelope.recipients),
        content=parsed.content,
        via=envelope.submitter.app_password,
    )


def _policy_reply(refusal: Refuse) -> Reply:
    code, enhanced = _ENHANCED[refusal.reason]
    return replies.refusal(code, enhanced, sentence(refusal))
