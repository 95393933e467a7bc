"""Passkeys (WebAuthn): what a browser answered is checked here, and nothing else is believed.

An assertion holds for one origin only, so a copy of the office elsewhere gets nothing by it
(threat 6). The browser's PRF output opens the member's key; the challenge needs no table: it is
ours by an HMAC, lives five minutes, and the caller takes each one once.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from fido2.server import Fido2Server
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    RegistrationResponse,
    UserVerificationRequirement,
)

from licorne.ports.randomness import Randomness
from licorne.vault.keyring import Keyring

PRF_BYTES = 32
# What a passkey derives the secret from. It is public, and may never change: the secret would.
PRF_SALT = hashlib.sha256(b"licorne: a member's key by passkey, version 1").digest()
CONTACT_PRF_SALT = hashlib.sha256(b"licorne: a mailbox's key by passkey, version 1").digest()
_RANDOM_BYTES = 16
_TIME_BYTES = 8
_MAC_BYTES = 32
_SECONDS = 300


class PasskeyRefused(Exception):
    """What the browser answered isn't good. ``str()`` is a code, for the trail."""


@dataclass(frozen=True, slots=True)
class CheckedPasskey:
    credential: bytes  # its id
    public: bytes  # credential data as WebAuthn lays it out
    counter: int


def new_challenge(
    keyring: Keyring, randomness: Randomness, purpose: bytes, unix_seconds: float
) -> bytes:
    fresh = randomness.bytes(_RANDOM_BYTES) + int(unix_seconds).to_bytes(_TIME_BYTES)
    return fresh + _mac(keyring, purpose, fresh)


def _mac(keyring: Keyring, purpose: bytes, fresh: bytes) -> bytes:
    return keyring.lookup("passkey-challenge", fresh + purpose)[:_MAC_BYTES]


class PasskeyChecks:
    """``origin`` is the installation's own, such as https://text.example.org: no other is taken."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    def registered(
        self, answer: Mapping[str, Any], origin: str, purpose: bytes, unix_seconds: float
    ) -> CheckedPasskey:
        """Check a new passkey. Raises `PasskeyRefused`."""
        try:
            parsed = RegistrationResponse.from_dict(answer)
            challenge = parsed.response.client_data.challenge
            state = self._state(challenge, purpose, unix_seconds)
            data = _server(origin).register_complete(state, parsed)
        except PasskeyRefused:
            raise
        except Exception as error:
            raise PasskeyRefused(_code(error)) from error
        if data.credential_data is None:
            raise PasskeyRefused("no_credential")
        credential = data.credential_data
        return CheckedPasskey(credential.credential_id, bytes(credential), data.counter)

    def asserted(
        self,
        answer: Mapping[str, Any],
        public: bytes,
        origin: str,
        purpose: bytes,
        unix_seconds: float,
    ) -> CheckedPasskey:
        """Check a sign-in by a passkey that is known. Raises `PasskeyRefused`."""
        try:
            parsed = AuthenticationResponse.from_dict(answer)
            challenge = parsed.response.client_data.challenge
            state = self._state(challenge, purpose, unix_seconds)
            known = AttestedCredentialData(public)
            _server(origin).authenticate_complete(state, [known], parsed)
            counter = parsed.response.authenticator_data.counter
        except PasskeyRefused:
            raise
        except Exception as error:
            raise PasskeyRefused(_code(error)) from error
        return CheckedPasskey(known.credential_id, public, counter)

    def _state(self, challenge: bytes, purpose: bytes, unix_seconds: float) -> dict[str, object]:
        fresh, mac = challenge[:-_MAC_BYTES], challenge[-_MAC_BYTES:]
        if len(fresh) != _RANDOM_BYTES + _TIME_BYTES or not hmac.compare_digest(
            mac, _mac(self._keyring, purpose, fresh)
        ):
            raise PasskeyRefused("challenge")
        age = unix_seconds - int.from_bytes(fresh[_RANDOM_BYTES:])
        if not -1 <= age <= _SECONDS:
            raise PasskeyRefused("challenge_too_old")
        return {
            "challenge": websafe_encode(challenge),
            "user_verification": UserVerificationRequirement.REQUIRED,
        }


def _server(origin: str) -> Fido2Server:
    host = urlsplit(origin).hostname or ""
    rp = PublicKeyCredentialRpEntity(id=host, name="Licorne")
    return Fido2Server(rp, verify_origin=lambda claimed: claimed == origin)


def credential_id_of(answer: Mapping[str, Any]) -> bytes | None:
    """Say which passkey an answer claims to be of; nothing is checked yet."""
    try:
        return AuthenticationResponse.from_dict(answer).raw_id
    except Exception:  # noqa: BLE001 - a parser of what anybody sent
        return None


def challenge_of(answer: Mapping[str, Any]) -> bytes:
    return AuthenticationResponse.from_dict(answer).response.client_data.challenge


def _code(error: Exception) -> str:
    return "origin" if "origin" in str(error) else "not_good"
