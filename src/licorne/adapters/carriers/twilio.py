"""Twilio, without its library: one request per text, and webhooks signed over the public address.

A text is asked for once: Twilio knows no repeated request. Where its answer is lost, its status
callbacks tell: their address, which its signature covers, carries our id of the text.

Sources: Twilio's documentation of the Messages resource, of "Security" (X-Twilio-Signature) and of
its error codes.
"""

import base64
import hashlib
import hmac
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import parse_qs, parse_qsl, quote, urlsplit, urlunsplit

import httpx

from licorne.adapters.carriers.http_asking import HttpAsking, Said, sure_no
from licorne.adapters.carriers.http_receipts import value_at
from licorne.adapters.carriers.settings_table import DEFAULT_TIMEOUT, Json, SettingsTable
from licorne.adapters.carriers.webhook_proof import attempt_of, check_size, dedupe_key
from licorne.domain.notice.carrier_reason import CarrierReason
from licorne.ports.sms_carrier import (
    Accepted,
    Answer,
    Capabilities,
    Event,
    Inbound,
    Outbound,
    Receipt,
    ReceiptState,
    Rejected,
    Unknown,
    Webhook,
    WebhookRefused,
)

KIND = "twilio"
API = "https://api.twilio.com"
_KNOWN = frozenset(
    {"account_sid", "auth_token_file", "from", "messaging_service_sid", "api_url", "timeout"}
)
_REASONS: Mapping[str, CarrierReason] = MappingProxyType(
    {
        "21610": CarrierReason.OPTED_OUT,
        "21211": CarrierReason.BAD_NUMBER,
        "21217": CarrierReason.BAD_NUMBER,
        "21614": CarrierReason.LANDLINE,
        "21635": CarrierReason.LANDLINE,
        "21408": CarrierReason.GEO_BLOCKED,
        "21606": CarrierReason.CARRIER_SETTINGS,  # the From number isn't ours
        "21212": CarrierReason.CARRIER_SETTINGS,
        "20003": CarrierReason.CARRIER_SETTINGS,
        "20429": CarrierReason.THROTTLED,
        "14107": CarrierReason.THROTTLED,
        "30001": CarrierReason.THROTTLED,
        "30002": CarrierReason.CARRIER_SETTINGS,
        "30003": CarrierReason.UNREACHABLE,
        "30004": CarrierReason.FILTERED,
        "30005": CarrierReason.UNREACHABLE,
        "30006": CarrierReason.LANDLINE,
        "30007": CarrierReason.FILTERED,
        "30008": CarrierReason.UNKNOWN,
        "30034": CarrierReason.UNREGISTERED,
        "30032": CarrierReason.UNREGISTERED,
    }
)
_STATES: Mapping[str, ReceiptState] = MappingProxyType(
    {
        "accepted": ReceiptState.ACCEPTED,
        "queued": ReceiptState.ACCEPTED,
        "sending": ReceiptState.ACCEPTED,
        "sent": ReceiptState.ACCEPTED,
        "delivered": ReceiptState.ON_HANDSET,
        "read": ReceiptState.ON_HANDSET,
        "undelivered": ReceiptState.UNDELIVERED,
        "failed": ReceiptState.UNDELIVERED,
        "canceled": ReceiptState.UNDELIVERED,
    }
)


@dataclass(frozen=True, slots=True)
class TwilioSettings:
    """``sender`` is Twilio's parameter that says who sends, and its value."""

    name: str
    account: str
    token: str = field(repr=False)
    sender: tuple[str, str]
    api_url: str
    timeout: float


def parse_twilio(name: str, table: Mapping[str, Json]) -> TwilioSettings:
    """Read an operator's table. Raises `CarrierSettingsWrong`."""
    read = SettingsTable(name, table, _KNOWN)
    account = read.needed("account_sid", "AC0123…, from the first page of Twilio's console")
    number, service = read.text("from"), read.text("messaging_service_sid")
    if bool(number) == bool(service):
        raise read.wrong("give from (a number such as +12025550100) or messaging_service_sid")
    return TwilioSettings(
        name=name,
        account=account,
        token=read.secret("auth_token_file", "the account's auth token"),
        sender=("From", number) if number else ("MessagingServiceSid", service or ""),
        api_url=read.safe_url("api_url", API),
        timeout=read.number("timeout", DEFAULT_TIMEOUT),
    )


class Twilio:
    """``events_url`` is the public address of this carrier's webhook; ``close`` it in the end."""

    capabilities = Capabilities(live=True, receipts=True, inbound=True)

    def __init__(self, settings: TwilioSettings, events_url: str) -> None:
        self._settings = settings
        self._events_url = events_url
        self._account = f"{settings.api_url}/2010-04-01/Accounts/{quote(settings.account)}"
        self._http = HttpAsking(
            settings.name,
            timeout=settings.timeout,
            keep_connections=False,
            auth=httpx.BasicAuth(settings.account, settings.token),
        )

    @property
    def name(self) -> str:
        return self._settings.name

    async def close(self) -> None:
        await self._http.close()

    async def send(self, message: Outbound) -> Answer:
        key, sender = self._settings.sender
        request = self._http.client.build_request(
            "POST",
            f"{self._account}/Messages.json",
            data={
                "To": message.to.e164,
                key: sender,
                "Body": message.text,
                "StatusCallback": f"{self._events_url}?attempt={message.id}",
            },
        )
        said = await self._http.ask(request)
        if not isinstance(said, Said):
            return said
        if 200 <= said.status < 300:
            return Accepted(value_at(said.document, ("sid",)))
        code = value_at(said.document, ("code",))
        if code is not None and code in _REASONS:
            return Rejected(_REASONS[code], code)
        reason = sure_no(said.status)
        if reason is None:
            return Unknown(f"http_{said.status}")
        return Rejected(reason, code or f"http_{said.status}")

    async def reconcile(self, attempt: uuid.UUID) -> Receipt | None:  # noqa: ARG002 - the port's
        """Nothing: Twilio can't be asked by our id. Its status callbacks name it instead."""
        return None

    async def check(self) -> None:
        """Ask for the account; raises `CarrierCheckFailed` where Twilio doesn't know it."""
        await self._http.check(f"{self._account}.json")

    def verify_and_parse(self, webhook: Webhook) -> tuple[Event, ...]:
        told = self._verified(webhook)
        sid = told.get("MessageSid") or told.get("SmsSid")
        if not sid:
            return ()
        status = told.get("MessageStatus") or told.get("SmsStatus") or ""
        if "Body" in told and status in {"", "received"}:
            return (Inbound(dedupe_key(sid), told.get("From", ""), told["Body"]),)
        state = _STATES.get(status)
        if state is None:
            return ()
        reason = None
        if state is ReceiptState.UNDELIVERED:
            reason = _REASONS.get(told.get("ErrorCode", ""), CarrierReason.UNREACHABLE)
        return (
            Receipt(
                dedupe_key=dedupe_key(sid, status),
                state=state,
                attempt=_attempt_in(webhook.url),
                reference=sid,
                reason=reason,
            ),
        )

    def _verified(self, webhook: Webhook) -> dict[str, str]:
        """Check the signature over the public address and the sorted fields.

        It holds no time. A repeat is known by the text and state that it names, and an inbound
        text's name is kept as long as the text.
        """
        check_size(webhook)
        try:
            pairs = parse_qsl(webhook.body.decode(), keep_blank_values=True, max_num_fields=200)
        except ValueError:
            raise WebhookRefused("the body can't be read") from None
        fields = "".join(name + value for name, value in sorted(set(pairs)))
        given = webhook.headers.get("x-twilio-signature", "").encode()
        for url in _spellings(webhook.url):
            mac = hmac.new(self._settings.token.encode(), (url + fields).encode(), hashlib.sha1)
            if hmac.compare_digest(base64.b64encode(mac.digest()), given):
                told = dict(pairs)
                if told.get("AccountSid", self._settings.account) != self._settings.account:
                    raise WebhookRefused("of another account")
                return told
        raise WebhookRefused("wrong signature")


def _spellings(url: str) -> tuple[str, ...]:
    """Give the address as configured and, where it names a port, without: Twilio signs either."""
    parts = urlsplit(url)
    if parts.port is None:
        return (url,)
    return url, urlunsplit(parts._replace(netloc=parts.hostname or ""))


def _attempt_in(url: str) -> uuid.UUID | None:
    named = parse_qs(urlsplit(url).query).get("attempt")
    return attempt_of(named[0]) if named else None
