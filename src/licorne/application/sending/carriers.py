"""The carriers of this installation, and which of them may be asked for a delivery."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from licorne.domain.notice.next_step import CarrierOption
from licorne.ports.sms_carrier import SmsCarrier


@dataclass(frozen=True, slots=True)
class Carriers:
    """``default_order`` is for organizations that name no carriers of their own."""

    by_name: Mapping[str, SmsCarrier]
    default_order: tuple[str, ...]

    def options(self, wanted: Sequence[str], *, live_allowed: bool) -> tuple[CarrierOption, ...]:
        """Give the carriers to try, in order; names that aren't configured any more are skipped.

        A number that nobody can have is for stand-ins only: ``live_allowed`` is false.
        """
        carriers = (self.by_name.get(name) for name in wanted or self.default_order)
        return tuple(
            CarrierOption(
                name=carrier.name,
                idempotent=carrier.capabilities.idempotent_send,
                reconciles=carrier.capabilities.reconciles,
                idempotent_for=carrier.capabilities.idempotent_for,
            )
            for carrier in carriers
            if carrier is not None and (live_allowed or not carrier.capabilities.live)
        )
