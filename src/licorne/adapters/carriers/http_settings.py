"""How a carrier that speaks HTTP is asked, and how its answers and receipts read: all settings.

``parse_http_carrier`` reads the operator's table once, at the start, and complains in sentences.
A table, as it stands in the settings file:

    [[carriers]]
    name = "main"
    [carriers.settings]
    url = "https://sms.example.org/send"
    secret_files = { token = "/etc/licorne/sms-token" }
    headers = { Authorization = "Bearer {token}" }
    json = { to = "{to}", body = "{text}", client_ref = "{id}" }
    reference = "message.id"                        # where the answer holds the carrier's name
    error_code = "error.code"
    reasons = { "21610" = "opted_out", "30006" = "landline" }
    idempotent = false                              # true: a repeated {id} is the same text

    [carriers.settings.receipts]
    secret_file = "/etc/licorne/sms-receipts"
    signature_header = "x-signature"
    reference = "message.id"
    status = "message.status"
    delivered = ["delivered"]
    failed = ["failed", "undelivered"]
"""

import enum
import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import urlsplit

from licorne.adapters.carriers.settings_table import (
    DEFAULT_TIMEOUT,
    CarrierSettingsWrong,
    Json,
    JsonPath,
    SettingsTable,
)
from licorne.domain.notice.carrier_reason import CarrierReason

PLACEHOLDERS = frozenset({"to", "to_digits", "text", "id"})


class BodyKind(enum.Enum):
    JSON = "json"
    FORM = "form"
    NONE = "none"  # everything is in the address


class SignatureKind(enum.Enum):
    HMAC_SHA256 = "hmac-sha256"  # hexadecimal, of "timestamp.body" or of the body alone
    SHARED_SECRET = "shared-secret"  # noqa: S105 - the header's value is the secret itself


@dataclass(frozen=True, slots=True)
class ReceiptSettings:
    """How receipts prove their origin and where they say what."""

    secret: str = field(repr=False)
    signature: SignatureKind
    signature_header: str
    timestamp_header: str | None
    is_form: bool
    list_path: JsonPath | None  # where several receipts lie in one request
    attempt: JsonPath | None  # our id, when the carrier repeats it
    reference: JsonPath | None
    status: JsonPath
    error_code: JsonPath | None
    delivered: frozenset[str]
    failed: frozenset[str]


@dataclass(frozen=True, slots=True)
class HttpCarrierSettings:
    name: str
    url: str = field(repr=False)  # may hold an account's secret
    method: str
    headers: Mapping[str, str] = field(repr=False)
    body_kind: BodyKind
    body: Json = field(repr=False)
    timeout: float
    idempotent: bool
    success_statuses: frozenset[int] | None  # none: any of 2xx
    reference: JsonPath | None
    error_code: JsonPath | None
    accepted_codes: frozenset[str]  # where a 200 may carry an error: the codes that mean yes
    reasons: Mapping[str, CarrierReason]
    unknown_statuses: frozenset[int]  # answers after which the text may have been sent
    receipts: ReceiptSettings | None
    secrets: Mapping[str, str] = field(repr=False)  # more placeholders, read from files


_NO_REASONS: Mapping[str, CarrierReason] = MappingProxyType({})
_KNOWN = frozenset({
    "url", "method", "headers", "json", "form", "timeout", "idempotent", "success_statuses",
    "reference", "error_code", "accepted_codes", "reasons", "unknown_statuses", "receipts",
    "secret_files",
})  # fmt: skip
_KNOWN_OF_RECEIPTS = frozenset({
    "secret_file", "signature", "signature_header", "timestamp_header", "format", "list", "id",
    "reference", "status", "error_code", "delivered", "failed",
})  # fmt: skip


def parse_http_carrier(name: str, table: Mapping[str, Json]) -> HttpCarrierSettings:
    """Read an operator's table. Raises `CarrierSettingsWrong`."""
    read = SettingsTable(name, table, _KNOWN)
    body_kind, body = _body(read)
    settings = HttpCarrierSettings(
        name=name,
        url=_url(read),
        method=(read.text("method") or "POST").upper(),
        headers=read.texts("headers"),
        body_kind=body_kind,
        body=body,
        timeout=read.number("timeout", DEFAULT_TIMEOUT),
        idempotent=read.flag("idempotent"),
        success_statuses=read.statuses("success_statuses"),
        reference=read.path("reference"),
        error_code=read.path("error_code"),
        accepted_codes=read.words("accepted_codes"),
        reasons=_reasons(read),
        unknown_statuses=read.statuses("unknown_statuses") or frozenset(),
        receipts=_receipts(name, table.get("receipts")),
        secrets=_secrets(read),
    )
    _check_placeholders(read, settings)
    return settings


def _url(read: SettingsTable) -> str:
    url = read.text("url")
    if url is None or urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).netloc:
        raise read.wrong("url must be the address to send to, such as https://sms.example.org/send")
    return url


def _secrets(read: SettingsTable) -> Mapping[str, str]:
    files = read.texts("secret_files")
    if taken := files.keys() & PLACEHOLDERS:
        raise read.wrong(f"secret_files: the name {min(taken)} is taken; choose another")
    return MappingProxyType({name: read.secret_in(path) for name, path in files.items()})


def _body(read: SettingsTable) -> tuple[BodyKind, Json]:
    as_json, as_form = read.table.get("json"), read.table.get("form")
    if as_json is not None and as_form is not None:
        raise read.wrong("give either json or form, not both")
    if as_json is not None:
        return BodyKind.JSON, as_json
    if as_form is not None:
        return BodyKind.FORM, dict(read.texts("form"))
    return BodyKind.NONE, None


def _reasons(read: SettingsTable) -> Mapping[str, CarrierReason]:
    reasons = dict(_NO_REASONS)
    for code, word in read.texts("reasons").items():
        try:
            reasons[code] = CarrierReason(word)
        except ValueError:
            known = ", ".join(reason.value for reason in CarrierReason)
            raise read.wrong(f"reasons: the code {code} must map to one of {known}") from None
    return MappingProxyType(reasons)


def _receipts(name: str, table: "Json | None") -> ReceiptSettings | None:
    if table is None:
        return None
    if not isinstance(table, dict):
        raise CarrierSettingsWrong(name, "receipts must be a table")
    read = SettingsTable(name, table, _KNOWN_OF_RECEIPTS)
    secret_file, header = read.text("secret_file"), read.text("signature_header")
    status = read.path("status")
    if not secret_file or not header or status is None:
        raise read.wrong("receipts need secret_file, signature_header and status")
    reference, attempt = read.path("reference"), read.path("id")
    if reference is None and attempt is None:
        raise read.wrong("receipts need reference (the carrier's name of the text) or id (ours)")
    try:
        signature = SignatureKind(read.text("signature") or SignatureKind.HMAC_SHA256.value)
    except ValueError:
        raise read.wrong("receipts: signature must be hmac-sha256 or shared-secret") from None
    form = read.text("format") or "json"
    if form not in {"json", "form"}:
        raise read.wrong("receipts: format must be json or form")
    timestamp = read.text("timestamp_header")
    return ReceiptSettings(
        secret=read.secret_in(secret_file),
        signature=signature,
        signature_header=header.lower(),
        timestamp_header=timestamp.lower() if timestamp else None,
        is_form=form == "form",
        list_path=read.path("list"),
        attempt=attempt,
        reference=reference,
        status=status,
        error_code=read.path("error_code"),
        delivered=read.words("delivered"),
        failed=read.words("failed"),
    )


def _check_placeholders(read: SettingsTable, settings: HttpCarrierSettings) -> None:
    used: set[str] = set()
    for template in (settings.url, *settings.headers.values(), *_texts_in(settings.body)):
        try:
            used |= {name for _, name, _, _ in string.Formatter().parse(template) if name}
        except ValueError:
            raise read.wrong("a lone { or } stands somewhere; write {{ or }} for itself") from None
    known = PLACEHOLDERS | settings.secrets.keys()
    if unknown := used - known:
        listed = ", ".join(f"{{{name}}}" for name in sorted(known))
        raise read.wrong(f"unknown placeholder {{{min(unknown)}}}; known: {listed}")
    if "text" not in used or not used & {"to", "to_digits"}:
        raise read.wrong("somewhere in url, json or form must stand {to} and {text}")


def _texts_in(document: Json) -> list[str]:
    if isinstance(document, str):
        return [document]
    if isinstance(document, list):
        return [text for entry in document for text in _texts_in(entry)]
    if isinstance(document, dict):
        return [text for entry in document.values() for text in _texts_in(entry)]
    return []
