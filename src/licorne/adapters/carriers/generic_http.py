"""A carrier that takes texts by an HTTP request, whose request and answers are configured.

What counts is to tell three things apart: surely taken, surely not taken, and unknown. A request
that never left (no connection) and an answer that says no are a sure no; a connection that broke
after the request began, or an answer that never came, are unknown.
"""

import string
import uuid
from urllib.parse import quote, urlsplit

import httpx

from licorne.adapters.carriers.http_asking import HttpAsking, Said
from licorne.adapters.carriers.http_receipts import read_receipts, value_at
from licorne.adapters.carriers.http_settings import BodyKind, HttpCarrierSettings
from licorne.adapters.carriers.settings_table import Json
from licorne.domain.notice.carrier_reason import CarrierReason
from licorne.ports.clock import Clock
from licorne.ports.sms_carrier import (
    Accepted,
    Answer,
    Capabilities,
    Event,
    Outbound,
    Receipt,
    Rejected,
    Unknown,
    Webhook,
    WebhookRefused,
)

_LONGEST_REFERENCE = 200


class GenericHttpCarrier:
    """Made by wiring, one per configured carrier; ``close`` it in the end."""

    def __init__(self, settings: HttpCarrierSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        # A connection that the other side closes just as we reuse it would make an "unknown" of a
        # text that never left: a new one each time, unless asking again does no harm.
        self._http = HttpAsking(
            settings.name, timeout=settings.timeout, keep_connections=settings.idempotent
        )

    @property
    def name(self) -> str:
        return self._settings.name

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(
            live=True,
            idempotent_send=self._settings.idempotent,
            receipts=self._settings.receipts is not None,
        )

    async def close(self) -> None:
        await self._http.close()

    async def send(self, message: Outbound) -> Answer:
        try:
            request = self._request(message)
        except httpx.InvalidURL:
            return Rejected(CarrierReason.CARRIER_SETTINGS, "InvalidURL")
        said = await self._http.ask(request)
        return self._judge(said.status, said.document) if isinstance(said, Said) else said

    async def reconcile(self, attempt: uuid.UUID) -> Receipt | None:  # noqa: ARG002 - the port's
        """Nothing: a generic carrier can't be asked what became of an id."""
        return None

    async def check(self) -> None:
        """See that its server answers; whether it knows us, only a text would tell."""
        parts = urlsplit(self._settings.url)
        await self._http.check(f"{parts.scheme}://{parts.netloc}/", only_reach=True)

    def verify_and_parse(self, webhook: Webhook) -> tuple[Event, ...]:
        if self._settings.receipts is None:
            raise WebhookRefused("no receipts are configured")
        return read_receipts(
            self._settings.receipts, self._settings.reasons, webhook, self._clock.now()
        )

    def _request(self, message: Outbound) -> httpx.Request:
        values = {**self._settings.secrets, **_values(message)}
        escaped = {name: quote(value, safe="") for name, value in values.items()}
        url = self._settings.url.format_map(escaped)
        headers = {
            name: _header_value(template.format_map(values))
            for name, template in self._settings.headers.items()
        }
        filled = _filled(self._settings.body, values)
        match self._settings.body_kind:
            case BodyKind.JSON:
                return self._http.client.build_request(
                    self._settings.method, url, headers=headers, json=filled
                )
            case BodyKind.FORM:
                return self._http.client.build_request(
                    self._settings.method, url, headers=headers, data=_form(filled)
                )
            case BodyKind.NONE:
                return self._http.client.build_request(self._settings.method, url, headers=headers)

    def _judge(self, status: int, answer: Json) -> Answer:
        code = value_at(answer, self._settings.error_code)
        if self._is_success(status) and (code is None or code in self._settings.accepted_codes):
            reference = value_at(answer, self._settings.reference)
            return Accepted(None if reference is None else reference[:_LONGEST_REFERENCE])
        if status in self._settings.unknown_statuses:
            return Unknown(f"http_{status}")
        return Rejected(self._reason(status, code), code or f"http_{status}")

    def _is_success(self, status: int) -> bool:
        if self._settings.success_statuses is not None:
            return status in self._settings.success_statuses
        return 200 <= status < 300

    def _reason(self, status: int, code: str | None) -> CarrierReason:
        for key in (code, f"http_{status}"):
            if key is not None and key in self._settings.reasons:
                return self._settings.reasons[key]
        if status == 429:
            return CarrierReason.THROTTLED
        if status in {401, 402, 403}:
            return CarrierReason.CARRIER_SETTINGS
        if status >= 500 or 300 <= status < 400:
            return CarrierReason.CARRIER_DOWN
        return CarrierReason.UNKNOWN


def _values(message: Outbound) -> dict[str, str]:
    return {
        "to": message.to.e164,
        "to_digits": message.to.e164.removeprefix("+"),
        "text": message.text,
        "id": str(message.id),
    }


def _filled(template: Json, values: dict[str, str]) -> Json:
    """Fill a document's texts one by one, so that no text can become structure."""
    if isinstance(template, str):
        return template.format_map(values)
    if isinstance(template, list):
        return [_filled(entry, values) for entry in template]
    if isinstance(template, dict):
        return {name: _filled(entry, values) for name, entry in template.items()}
    return template


def _form(filled: Json) -> dict[str, str]:
    return {name: str(value) for name, value in filled.items()} if isinstance(filled, dict) else {}


def _header_value(value: str) -> str:
    """Keep a header on one line: a text may hold line breaks."""
    return "".join(letter for letter in value if letter in string.printable[:95])
