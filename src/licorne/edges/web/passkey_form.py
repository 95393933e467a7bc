"""What a page gives the browser for a passkey, and how its answer is read back."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import msgspec

from licorne.edges.web.context import WebRequest, web_context
from licorne.edges.web.form import Form


@dataclass(frozen=True, slots=True)
class PasskeyForm:
    """In base64url, as the page's script reads it."""

    challenge: str
    salt: str
    host: str


@dataclass(frozen=True, slots=True)
class PasskeyAnswer:
    answer: dict[str, Any]
    secret: bytes


def passkey_form(request: WebRequest, challenge: bytes, salt: bytes) -> PasskeyForm:
    host = urlsplit(origin_of(request)).hostname or ""
    return PasskeyForm(encode(challenge), encode(salt), host)


def origin_of(request: WebRequest) -> str:
    """Name the installation's own origin as the operator set it, whatever the request says."""
    parts = urlsplit(web_context(request).settings.public_url)
    return f"{parts.scheme}://{parts.netloc}"


def read_passkey(form: Form) -> PasskeyAnswer:
    """Read what the script put into the form; what can't be read is an empty answer."""
    try:
        answer = msgspec.json.decode(form.text("answer"), type=dict[str, Any])
        secret = form.text("secret")
        return PasskeyAnswer(answer, urlsafe_b64decode(secret + "=" * (-len(secret) % 4)))
    except (msgspec.DecodeError, msgspec.ValidationError, binascii.Error, ValueError):
        return PasskeyAnswer({}, b"")


def encode(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()
