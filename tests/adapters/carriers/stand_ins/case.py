"""What the contract of `SmsCarrier` needs of an adapter's stand-in, beside the adapter itself.

To hold a new carrier to the contract: write its stand-in beside this file, give a `Case`, and add
it to `CASES` in `test_every_carrier.py`.
"""

import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from tests.support.manual_clock import ManualClock

from licorne.domain.identity.phone_number import PhoneNumber
from licorne.domain.notice.carrier_reason import CarrierReason
from licorne.ports.sms_carrier import Outbound, ReceiptState, SmsCarrier, Webhook

CLOCK = ManualClock()


@dataclass(frozen=True)
class Told:
    """A receipt, for the stand-in to write as its provider would."""

    state: ReceiptState
    attempt: uuid.UUID
    reference: str
    code: str | None = None


@dataclass
class Case:
    """An adapter and its provider.

    ``refuse`` lets the provider answer with a code of its own; ``break_off`` lets it take the
    request and never answer. ``receipt`` and ``inbound`` write signed webhooks as of a time.
    """

    carrier: SmsCarrier
    arrived: Callable[[], Awaitable[list[tuple[str, str]]]]  # what phones got: number, text
    refusals: Mapping[str, CarrierReason] = field(default_factory=dict)
    refuse: Callable[[str], None] | None = None
    break_off: Callable[[], None] | None = None
    go_away: Callable[[], Awaitable[None]] | None = None
    forget_us: Callable[[], None] | None = None  # from now on our account is refused
    receipt: Callable[[Told], Webhook] | None = None
    inbound: Callable[[str, str, str], Webhook] | None = None  # id, sender, text
    signs_time: bool = False
    failures: Mapping[str, CarrierReason] | None = None  # codes of receipts; none: as refusals
    knows_repeats: bool = False  # though it is never asked to: what it says of it isn't relied on


def outbound(text: str = "Elm Street: https://x/m/abc", to: str = "+12125550123") -> Outbound:
    return Outbound(uuid.uuid4(), PhoneNumber.from_e164(to), text, CLOCK.now() + timedelta(days=1))
