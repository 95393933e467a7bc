"""The doctor asks each configured carrier whether it is there and knows us; nothing is sent."""

import asyncio

from licorne.adapters.system import SystemClock
from licorne.ports.sms_carrier import CarrierCheckFailed
from licorne.wiring.carrier_kinds import Surroundings, read_carrier
from licorne.wiring.doctor.finding import Finding, ok, problem
from licorne.wiring.settings import Carrier, Settings

_PATIENCE = 15.0  # seconds


async def ask_carriers(settings: Settings) -> list[Finding]:
    """Give a finding per carrier; they are asked at the same time."""
    asked = (_ask(carrier, settings.public_url) for carrier in settings.carriers)
    return list(await asyncio.gather(*asked))


async def _ask(carrier: Carrier, public_url: str) -> Finding:
    subject = f"carrier {carrier.name}"
    around = Surroundings(SystemClock(), public_url)
    opened = read_carrier(carrier.name, carrier.kind, carrier.settings)(around)
    try:
        async with asyncio.timeout(_PATIENCE):
            await opened.check()
    except CarrierCheckFailed as failed:
        return problem(subject, failed.sentence)
    except TimeoutError:
        return problem(subject, f"It gave no answer in {_PATIENCE:.0f} seconds.")
    finally:
        await opened.close()
    if opened.capabilities.by_itself:
        return ok(subject, "It is there.")
    if not opened.capabilities.webhooks:
        return ok(subject, "It answers. It tells us nothing later: no receipts, no replies.")
    told = f"It answers. Have it tell us at {around.events_url(carrier.name)}"
    return ok(subject, told)
