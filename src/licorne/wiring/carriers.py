"""The carriers of this process: those that are configured, or the demo's phone."""

import contextlib
from collections.abc import AsyncIterator

from licorne.adapters.carriers.demo_phone import DemoPhone
from licorne.application.sending.carriers import Carriers
from licorne.ports.sms_carrier import SmsCarrier
from licorne.wiring.carrier_kinds import Surroundings, read_carrier
from licorne.wiring.core import Core


@contextlib.asynccontextmanager
async def open_carriers(core: Core, public_url: str) -> AsyncIterator[Carriers]:
    """Open the configured carriers; the demo has its phone and nothing else."""
    async with contextlib.AsyncExitStack() as stack:
        if core.settings.demo:
            phone = DemoPhone(core.home.demo_phone, core.clock)
            yield Carriers({phone.name: phone}, (phone.name,))
            return
        around = Surroundings(core.clock, public_url)
        by_name: dict[str, SmsCarrier] = {}
        for carrier in core.settings.carriers:
            opened = read_carrier(carrier.name, carrier.kind, carrier.settings)(around)
            stack.push_async_callback(opened.close)
            by_name[carrier.name] = opened
        yield Carriers(by_name, tuple(by_name))
