"""The kinds of carriers that can be configured, each with its reader of settings and its maker."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Protocol

from licorne.adapters.carriers import gammu_smsd, smpp, sms_gate, telnyx, twilio
from licorne.adapters.carriers.generic_http import GenericHttpCarrier
from licorne.adapters.carriers.http_settings import parse_http_carrier
from licorne.adapters.carriers.settings_table import CarrierSettingsWrong
from licorne.ports.clock import Clock
from licorne.ports.sms_carrier import SmsCarrier

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What carriers stand on; ``public_url`` is where their webhooks come to."""

    clock: Clock
    public_url: str

    def events_url(self, carrier: str) -> str:
        return f"{self.public_url.rstrip('/')}/api/v1/carriers/{carrier}/events"


class OpenedCarrier(SmsCarrier, Protocol):
    async def close(self) -> None: ...


Make = Callable[[Surroundings], OpenedCarrier]


def _generic_http(name: str, table: Mapping[str, Any]) -> Make:
    settings = parse_http_carrier(name, table)
    return lambda around: GenericHttpCarrier(settings, around.clock)


def _twilio(name: str, table: Mapping[str, Any]) -> Make:
    settings = twilio.parse_twilio(name, table)
    return lambda around: twilio.Twilio(settings, around.events_url(name))


def _telnyx(name: str, table: Mapping[str, Any]) -> Make:
    settings = telnyx.parse_telnyx(name, table)
    return lambda around: telnyx.Telnyx(settings, around.events_url(name), around.clock)


def _sms_gate(name: str, table: Mapping[str, Any]) -> Make:
    settings = sms_gate.parse_sms_gate(name, table)
    return lambda around: sms_gate.SmsGate(settings, around.clock)


def _gammu_smsd(name: str, table: Mapping[str, Any]) -> Make:
    settings = gammu_smsd.parse_gammu_smsd(name, table)
    return lambda around: gammu_smsd.GammuSmsd(settings, around.clock)


def _smpp(name: str, table: Mapping[str, Any]) -> Make:
    settings = smpp.parse_smpp(name, table)
    return lambda _around: smpp.Smpp(settings)


KINDS: Mapping[str, Callable[[str, Mapping[str, Any]], Make]] = MappingProxyType(
    {
        "generic_http": _generic_http,
        twilio.KIND: _twilio,
        gammu_smsd.KIND: _gammu_smsd,
        smpp.KIND: _smpp,
        sms_gate.KIND: _sms_gate,
        telnyx.KIND: _telnyx,
    }
)

_USUAL_ADDRESSES = {
    twilio.KIND: twilio.API,
    telnyx.KIND: telnyx.API,
    sms_gate.KIND: sms_gate.CLOUD,
}


def address_of(kind: str, table: Mapping[str, Any]) -> str | None:
    """Give the address that texts are handed to; nothing for one on this machine."""
    if kind == smpp.KIND:
        return f"{'smpp' if table.get('tls') is False else 'smpps'}://{table.get('host')}"
    address = table.get("url") or table.get("api_url") or _USUAL_ADDRESSES.get(kind)
    return None if address is None else str(address)


def read_carrier(name: str, kind: str, table: Mapping[str, Any]) -> Make:
    """Read one carrier's settings; what comes back opens it. Raises `CarrierSettingsWrong`."""
    if not _NAME.fullmatch(name):
        raise CarrierSettingsWrong(
            name, "name must be of small letters, digits, - and _, for it stands in an address"
        )
    if kind not in KINDS:
        raise CarrierSettingsWrong(name, f"kind must be one of {', '.join(sorted(KINDS))}")
    return KINDS[kind](name, table)
