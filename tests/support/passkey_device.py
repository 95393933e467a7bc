"""A passkey's device and the browser around it, for tests that need no window.

It does what it is told, also what a real one wouldn't: answer for another origin, or unasked.
"""

import hashlib
import json
import secrets
import uuid
from dataclasses import dataclass, field

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

_PRESENT = AuthenticatorData.FLAG.UP
_VERIFIED = _PRESENT | AuthenticatorData.FLAG.UV


@dataclass
class PasskeyDevice:
    """``secret`` is what its PRF gives; ``verifies`` says that it asks who is there."""

    host: str = "localhost"
    verifies: bool = True
    counter: int = 0
    credential: bytes = field(default_factory=lambda: uuid.uuid4().bytes)
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def register(self, challenge: str, origin: str) -> str:
        """Answer a page's challenge with a new passkey, as the form's ``answer``."""
        public = ES256.from_cryptography_key(self.key.public_key())
        made = AttestedCredentialData.create(Aaguid.NONE, self.credential, public)
        flags = self._flags() | AuthenticatorData.FLAG.AT
        data = AuthenticatorData.create(self._host_hash(), flags, self.counter, made)
        client = _client(CollectedClientData.TYPE.CREATE, challenge, origin)
        attested = AttestationObject.create("none", data, {})
        return self._answer(client, {"attestationObject": websafe_encode(bytes(attested))})

    def use(self, challenge: str, origin: str) -> str:
        """Answer a page's challenge with an assertion, as the form's ``answer``."""
        self.counter += 1
        data = AuthenticatorData.create(self._host_hash(), self._flags(), self.counter)
        client = _client(CollectedClientData.TYPE.GET, challenge, origin)
        signed = self.key.sign(bytes(data) + client.hash, ec.ECDSA(hashes.SHA256()))
        given = {
            "authenticatorData": websafe_encode(bytes(data)),
            "signature": websafe_encode(signed),
        }
        return self._answer(client, given)

    @property
    def secret_text(self) -> str:
        return websafe_encode(self.secret)

    def _answer(self, client: CollectedClientData, given: dict[str, str]) -> str:
        name = websafe_encode(self.credential)
        response = {"clientDataJSON": websafe_encode(bytes(client)), **given}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})

    def _flags(self) -> AuthenticatorData.FLAG:
        return _VERIFIED if self.verifies else _PRESENT

    def _host_hash(self) -> bytes:
        return hashlib.sha256(self.host.encode()).digest()


def _client(kind: str, challenge: str, origin: str) -> CollectedClientData:
    return CollectedClientData.create(kind, websafe_decode(challenge), origin)
