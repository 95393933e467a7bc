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
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias
from urllib.parse import urlsplit

from licorne.domain.notice.carrier_reason import CarrierReason

PLACEHOLDERS = frozenset({"to", "to_digits", "text", "id"})
DEFAULT_TIMEOUT = 20.0
Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
JsonPath: TypeAlias = tuple[str, ...]


class CarrierSettingsWrong(Exception):
    """``sentence`` says which setting is wrong and what is expected; it repeats no value."""

    def __init__(self, carrier: str, sentence: str) -> None:
        super().__init__(f"carrier {carrier}: {sentence}")
        self.sentence = f"Settings of the carrier {carrier}: {sentence}"


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
    read = _Table(name, table, _KNOWN)
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


def _url(read: "_Table") -> str:
    url = read.text("url")
    if url is None or urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).netloc:
        raise read.wrong("url must be the address to send to, such as https://sms.example.org/send")
    return url


def _secrets(read: "_Table") -> Mapping[str, str]:
    files = read.texts("secret_files")
    if taken := files.keys() & PLACEHOLDERS:
        raise read.wrong(f"secret_files: the name {min(taken)} is taken; choose another")
    return MappingProxyType({name: read.secret_in(path) for name, path in files.items()})


def _body(read: "_Table") -> tuple[BodyKind, Json]:
    as_json, as_form = read.table.get("json"), read.table.get("form")
    if as_json is not None and as_form is not None:
        raise read.wrong("give either json or form, not both")
    if as_json is not None:
        return BodyKind.JSON, as_json
    if as_form is not None:
        return BodyKind.FORM, dict(read.texts("form"))
    return BodyKind.NONE, None


def _reasons(read: "_Table") -> Mapping[str, CarrierReason]:
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
    read = _Table(name, table, _KNOWN_OF_RECEIPTS)
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


def _check_placeholders(read: "_Table", settings: HttpCarrierSettings) -> None:
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


@dataclass(frozen=True, slots=True)
class _Table:
    """One table of the settings file, read value by value."""

    carrier: str
    table: Mapping[str, Json] = field(repr=False)
    known: frozenset[str]

    def __post_init__(self) -> None:
        if unknown := self.table.keys() - self.known:
            raise self.wrong(
                f"unknown setting {min(unknown)}; known: {', '.join(sorted(self.known))}"
            )

    def wrong(self, sentence: str) -> CarrierSettingsWrong:
        return CarrierSettingsWrong(self.carrier, sentence)

    def secret_in(self, path: str) -> str:
        """Read a secret's file; its last line end isn't part of it."""
        try:
            secret = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise self.wrong(f"the file {path} can't be read") from None
        if not secret:
            raise self.wrong(f"the file {path} is empty")
        return secret

    def text(self, key: str) -> str | None:
        value = self.table.get(key)
        if value is not None and not isinstance(value, str):
            raise self.wrong(f"{key} must be a text")
        return value

    def texts(self, key: str) -> Mapping[str, str]:
        value = self.table.get(key)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise self.wrong(f"{key} must be a table of texts")
        texts = {name: text for name, text in value.items() if isinstance(text, str)}
        if len(texts) != len(value):
            raise self.wrong(f"{key} must be a table of texts")
        return MappingProxyType(texts)

    def words(self, key: str) -> frozenset[str]:
        value = self.table.get(key)
        if value is None:
            return frozenset()
        if not isinstance(value, list):
            raise self.wrong(f"{key} must be a list")
        return frozenset(str(entry) for entry in value)

    def statuses(self, key: str) -> frozenset[int] | None:
        value = self.table.get(key)
        if value is None:
            return None
        if not isinstance(value, list):
            raise self.wrong(f"{key} must be a list of HTTP statuses")
        statuses = frozenset(entry for entry in value if isinstance(entry, int))
        if len(statuses) != len(value):
            raise self.wrong(f"{key} must be a list of HTTP statuses")
        return statuses

    def number(self, key: str, otherwise: float) -> float:
        value = self.table.get(key, otherwise)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 25:
            raise self.wrong(f"{key} must be a number of seconds, at most 25")
        return float(value)

    def flag(self, key: str) -> bool:
        value = self.table.get(key, False)
        if not isinstance(value, bool):
            raise self.wrong(f"{key} must be true or false")
        return value

    def path(self, key: str) -> JsonPath | None:
        value = self.text(key)
        return tuple(value.split(".")) if value else None
