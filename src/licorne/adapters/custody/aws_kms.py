"""K0 in AWS KMS: a symmetric key there locks and opens the subkeys, each under its own context.

Requests are signed by Signature Version 4. The subkey's name is the encryption context, which KMS
binds and writes into CloudTrail with every use.
https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
"""

import base64
import hashlib
import hmac
import json
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from licorne.ports.clock import Clock
from licorne.ports.key_custody import KeyUnavailable

_DEADLINE = 10.0  # seconds
_CONTEXT = "licorne:subkey"


@dataclass(frozen=True, slots=True)
class AwsKms:
    """``key`` is a key's ARN, id or alias; ``endpoint`` is empty for Amazon's own."""

    key: str
    region: str
    endpoint: str
    credentials_file: Path  # access_key_id, secret_access_key and, if need be, session_token


class AwsKmsCustody:
    def __init__(self, kms: AwsKms, clock: Clock) -> None:
        self._kms = kms
        self._clock = clock
        self._endpoint = kms.endpoint or f"https://kms.{kms.region}.amazonaws.com"

    async def wrap(self, name: str, plaintext: bytes) -> bytes:
        answer = await self._ask(
            "Encrypt",
            {
                "KeyId": self._kms.key,
                "Plaintext": base64.b64encode(plaintext).decode(),
                "EncryptionContext": {_CONTEXT: name},
            },
        )
        return self._bytes(answer, "CiphertextBlob")

    async def unwrap(self, name: str, wrapped: bytes) -> bytes:
        answer = await self._ask(
            "Decrypt",
            {
                "KeyId": self._kms.key,
                "CiphertextBlob": base64.b64encode(wrapped).decode(),
                "EncryptionContext": {_CONTEXT: name},
            },
        )
        return self._bytes(answer, "Plaintext")

    async def _ask(self, operation: str, body: dict[str, Any]) -> Any:
        content = json.dumps(body).encode()
        headers = self._signed(operation, content)
        try:
            async with httpx.AsyncClient(timeout=_DEADLINE, trust_env=False) as client:
                answer = await client.post(f"{self._endpoint}/", content=content, headers=headers)
        except (httpx.HTTPError, OSError) as error:
            raise KeyUnavailable(
                f"AWS KMS at {self._endpoint} doesn't answer. Licorne waits for it and serves"
                " nothing until then.",
                f"kms: {type(error).__name__}",
            ) from error
        try:
            told = answer.json()
        except ValueError:
            told = {}
        if answer.status_code != httpx.codes.OK:
            kind = str(told.get("__type", answer.status_code) if isinstance(told, dict) else "")
            raise self._refused(kind.rpartition("#")[2])
        return told

    def _signed(self, operation: str, content: bytes) -> dict[str, str]:
        access_key, secret, session = self._credentials()
        now = self._clock.now().astimezone(UTC)
        headers = {
            "content-type": "application/x-amz-json-1.1",
            "host": urlsplit(self._endpoint).netloc,
            "x-amz-date": f"{now:%Y%m%dT%H%M%SZ}",
            "x-amz-target": f"TrentService.{operation}",
        }
        if session:
            headers["x-amz-security-token"] = session
        authorization = sign_v4(headers, content, access_key, secret, self._kms.region, now)
        return {**headers, "authorization": authorization}

    def _credentials(self) -> tuple[str, str, str]:
        path = self._kms.credentials_file
        try:
            found = tomllib.loads(path.read_text(encoding="utf-8"))
            session = str(found.get("session_token", ""))
            return str(found["access_key_id"]), str(found["secret_access_key"]), session
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError) as error:
            raise KeyUnavailable(
                f'{path} must be a file with access_key_id = "…" and secret_access_key = "…",'
                " which this user may read.",
                "kms credentials missing or unreadable",
            ) from error

    def _bytes(self, answer: Any, name: str) -> bytes:
        try:
            return base64.b64decode(answer[name], validate=True)
        except (TypeError, KeyError, ValueError) as error:
            raise KeyUnavailable(
                f"What answers at {self._endpoint} isn't AWS KMS. Check custody.endpoint.",
                f"kms: no {name} in its answer",
            ) from error

    def _refused(self, kind: str) -> KeyUnavailable:
        key = self._kms.key
        sentence = {
            "AccessDeniedException": "AWS KMS refuses. The credentials need kms:Encrypt and"
            f" kms:Decrypt on {key}.",
            "NotFoundException": f"AWS KMS has no key {key} in {self._kms.region}.",
            "DisabledException": f"The key {key} is disabled in AWS KMS. Enable it.",
            "KMSInvalidStateException": f"The key {key} can't be used now: is it to be deleted?",
            "InvalidCiphertextException": f"AWS KMS doesn't open this installation's keys with"
            f" {key}: it is another key.",
            "IncorrectKeyException": f"AWS KMS doesn't open this installation's keys with {key}:"
            " it is another key.",
        }.get(kind, "AWS KMS refuses the request. Check credentials, region and the clock.")
        return KeyUnavailable(sentence, f"kms: {kind}")


def sign_v4(
    headers: dict[str, str],
    content: bytes,
    access_key: str,
    secret: str,
    region: str,
    at: datetime,
    service: str = "kms",
) -> str:
    """Give the Authorization header of a ``POST /`` (Signature Version 4)."""
    names = sorted(headers)
    signed = ";".join(names)
    canonical = "\n".join(
        (
            "POST",
            "/",
            "",
            *(f"{name}:{headers[name].strip()}" for name in names),
            "",
            signed,
            hashlib.sha256(content).hexdigest(),
        )
    )
    scope = f"{at:%Y%m%d}/{region}/{service}/aws4_request"
    to_sign = "\n".join(
        (
            "AWS4-HMAC-SHA256",
            f"{at:%Y%m%dT%H%M%SZ}",
            scope,
            hashlib.sha256(canonical.encode()).hexdigest(),
        )
    )
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.digest(key, to_sign.encode(), "sha256").hex()
    return (
        f"AWS4-HMAC-SHA256 Credential={access_key}/{scope}, SignedHeaders={signed},"
        f" Signature={signature}"
    )
