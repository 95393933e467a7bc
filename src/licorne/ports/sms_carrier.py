"""A carrier: whoever takes a text and moves it to a phone.

``send`` never raises for what a carrier or a network does: it gives one of three answers, and
*unknown* is an answer. Whether an unknown may be asked again, its capabilities say.
"""

import enum
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from licorne.domain.identity.phone_number import PhoneNumber
from licorne.domain.notice.carrier_reason import CarrierReason
from licorne.domain.translatable import translatable


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a carrier can do.

    ``live``: its texts reach real phones. ``idempotent_send``: a repeated request under the same
    id is the same text, for as long as ``idempotent_for`` (nothing: for ever). ``reconciles``: it
    can be asked what became of an id. ``receipts``: it tells whether the phone got the text.
    ``inbound``: it passes on what people text back. ``by_itself``: it is listened to
    (`ListeningCarrier`), and sends no webhooks.
    """

    live: bool
    idempotent_send: bool = False
    idempotent_for: timedelta | None = None
    reconciles: bool = False
    receipts: bool = False
    inbound: bool = False
    by_itself: bool = False

    @property
    def webhooks(self) -> bool:
        return (self.receipts or self.inbound) and not self.by_itself


@dataclass(frozen=True, slots=True, repr=False)
class Outbound:
    """One text to send. ``id`` is ours and names it towards the carrier."""

    id: uuid.UUID
    to: PhoneNumber
    text: str
    expires_at: datetime  # of no use afterwards


@dataclass(frozen=True, slots=True)
class Accepted:
    """The carrier took it. ``reference`` is the carrier's name for it, by which receipts tell."""

    reference: str | None = None
    on_handset: bool = False  # the carrier knows already that the phone has it


@dataclass(frozen=True, slots=True)
class Rejected:
    """The carrier surely didn't take it. ``code`` is the carrier's own, for the log."""

    reason: CarrierReason
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """No answer: it may have been sent. ``cause`` is a word for the log."""

    cause: str


Answer = Accepted | Rejected | Unknown


class ReceiptState(enum.StrEnum):
    ACCEPTED = "accepted"  # on its way
    ON_HANDSET = "on_handset"
    UNDELIVERED = "undelivered"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a carrier says later. It names the text by our id, by its own reference, or by both."""

    dedupe_key: str  # the same for the same receipt sent twice
    state: ReceiptState
    attempt: uuid.UUID | None = None
    reference: str | None = None
    reason: CarrierReason | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Inbound:
    """A text that somebody sent us. ``sender`` is as the carrier wrote it: a number, or a word."""

    dedupe_key: str  # the same for the same text passed on twice
    sender: str
    text: str


Event = Receipt | Inbound


@dataclass(frozen=True, slots=True, repr=False)
class Webhook:
    """A request that says it comes from a carrier, unbelieved as yet.

    ``url`` is the configured public address with the query that was sent; header names are in
    lower case.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes


class WebhookRefused(Exception):
    """The request isn't the carrier's, or is an old one again. ``cause`` is for the log."""

    sentence = translatable("This request doesn't carry the signature that was agreed on.")

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


class CarrierCheckFailed(Exception):
    """A carrier can't be reached, or doesn't know us; ``sentence`` is for the operator."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class SmsCarrier(Protocol):
    @property
    def name(self) -> str:
        """Give the name under which organizations list it."""
        ...

    @property
    def capabilities(self) -> Capabilities: ...

    async def send(self, message: Outbound) -> Answer:
        """Ask the carrier to send; answers within its own deadline."""
        ...

    async def reconcile(self, attempt: uuid.UUID) -> Receipt | None:
        """Ask what became of a try; nothing when the carrier can't say."""
        ...

    def verify_and_parse(self, webhook: Webhook) -> tuple[Event, ...]:
        """Read what a webhook tells. Raises `WebhookRefused` unless it proves its origin."""
        ...

    async def check(self) -> None:
        """Ask whether the carrier is there and knows us, without sending.

        Raises `CarrierCheckFailed`.
        """
        ...


@runtime_checkable
class ListeningCarrier(SmsCarrier, Protocol):
    """A carrier that tells over a connection or in files of its own, instead of by webhook."""

    async def run(self, sink: Callable[[Event], Awaitable[None]]) -> None:
        """Pass on what it tells, until cancelled.

        ``sink`` commits; only then is the carrier told that it was taken. What ``sink`` raises is
        raised, and the carrier tells again.
        """
        ...
