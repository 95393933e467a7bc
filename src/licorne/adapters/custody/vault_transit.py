"""K0 in HashiCorp Vault (or OpenBao): its transit engine locks and opens the subkeys.

``POST /v1/MOUNT/encrypt/KEY`` and ``…/decrypt/KEY`` with a token. The subkey's name goes along as
associated data, so the key must be of an authenticated kind (aes256-gcm96, the usual one). The
token is read from its file each time: Vault's agent renews it there.
https://developer.hashicorp.com/vault/api-docs/secret/transit
"""

import base64
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from licorne.ports.key_custody import KeyUnavailable

_DEADLINE = 10.0  # seconds, for a whole answer
_LONGEST_ANSWER = 64 * 1024


@dataclass(frozen=True, slots=True)
class VaultTransit:
    """Where Vault is, and which of its keys is ours."""

    url: str
    key: str
    mount: str
    token_file: Path
    ca_file: Path | None
    namespace: str


class VaultTransitCustody:
    def __init__(self, vault: VaultTransit) -> None:
        self._vault = vault

    async def wrap(self, name: str, plaintext: bytes) -> bytes:
        answer = await self._ask(
            "encrypt",
            {"plaintext": base64.b64encode(plaintext).decode(), "associated_data": _bound(name)},
        )
        return self._field(answer, "ciphertext").encode("ascii")

    async def unwrap(self, name: str, wrapped: bytes) -> bytes:
        answer = await self._ask(
            "decrypt",
            {"ciphertext": wrapped.decode("ascii", "replace"), "associated_data": _bound(name)},
        )
        try:
            return base64.b64decode(self._field(answer, "plaintext"), validate=True)
        except ValueError as error:
            raise self._strange("its plaintext isn't base64") from error

    async def _ask(self, act: str, body: dict[str, str]) -> Any:
        vault = self._vault
        headers = {"X-Vault-Token": self._token(), "X-Vault-Request": "true"}
        if vault.namespace:
            headers["X-Vault-Namespace"] = vault.namespace
        url = f"{vault.url}/v1/{vault.mount}/{act}/{vault.key}"
        try:
            async with httpx.AsyncClient(
                timeout=_DEADLINE, verify=self._trust(), trust_env=False
            ) as client:
                answer = await client.post(url, json=body, headers=headers)
        except (httpx.HTTPError, OSError) as error:
            raise KeyUnavailable(
                f"Vault at {vault.url} doesn't answer. Licorne waits for it and serves nothing"
                " until then.",
                f"vault: {type(error).__name__}",
            ) from error
        if answer.status_code != httpx.codes.OK:
            raise self._refused(answer.status_code)
        if len(answer.content) > _LONGEST_ANSWER:
            raise self._strange("its answer is too long")
        try:
            return answer.json()
        except ValueError as error:
            raise self._strange("its answer isn't JSON") from error

    def _trust(self) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=self._vault.ca_file)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context

    def _token(self) -> str:
        try:
            return self._vault.token_file.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise KeyUnavailable(
                f"The token for Vault can't be read from {self._vault.token_file}.",
                "vault token file missing or unreadable",
            ) from error

    def _field(self, answer: Any, name: str) -> str:
        try:
            return str(answer["data"][name])
        except (TypeError, KeyError) as error:
            raise self._strange(f"its answer has no {name}") from error

    def _refused(self, status: int) -> KeyUnavailable:
        vault = self._vault
        sentence = {
            400: f"Vault doesn't open this installation's keys with {vault.key}: it is another"
            " key, or its older versions were taken away (min_decryption_version).",
            403: "Vault refuses the token. It must allow update on"
            f" {vault.mount}/encrypt/{vault.key} and {vault.mount}/decrypt/{vault.key}.",
            404: f"Vault has no transit engine at {vault.mount}, or no key {vault.key} in it.",
            503: "Vault is sealed. Unseal it; Licorne goes on by itself.",
        }.get(status, f"Vault answers with an error ({status}).")
        return KeyUnavailable(sentence, f"vault: status {status}")

    def _strange(self, cause: str) -> KeyUnavailable:
        return KeyUnavailable(
            f"What answers at {self._vault.url} isn't Vault's transit engine. Check custody.url.",
            f"vault: {cause}",
        )


def _bound(name: str) -> str:
    return base64.b64encode(f"licorne/{name}".encode()).decode()
