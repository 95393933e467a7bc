"""The installation's subkeys, opened: what each is for, and nothing else done with it.

All methods are quick and synchronous. Objects of this module live as long as the process; they
have no ``repr`` that tells a key.
"""

import hashlib
import hmac
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from licorne.domain.identity.ids import DeliveryId
from licorne.domain.sealing.encoding import encode, number
from licorne.domain.sealing.faults import SealBroken
from licorne.domain.sealing.records import InstallationKeyName
from licorne.ports.randomness import Randomness
from licorne.vault.derivation import derive
from licorne.vault.link_tokens import token_from_bytes, token_hash
from licorne.vault.signing import SigningKeys

_FIELD_NONCE_BYTES = 12


class Keyring:
    def __init__(
        self, keys: Mapping[InstallationKeyName, Mapping[int, bytes]], randomness: Randomness
    ) -> None:
        """Take every subkey's versions, 32 bytes each. `keyring_rows.open_keyring` makes it."""
        self._keys = {name: dict(versions) for name, versions in keys.items()}
        self._current = {name: max(versions) for name, versions in self._keys.items()}
        self._randomness = randomness
        self._signing = SigningKeys(self._keys[InstallationKeyName.SIGN])

    # Rotation: versions come and go while processes run (`keyring_rows.follow_keyring`).

    def known(self) -> set[tuple[InstallationKeyName, int]]:
        return {(name, version) for name, versions in self._keys.items() for version in versions}

    def meet(self, name: InstallationKeyName, version: int, secret: bytes) -> None:
        """Take a version that opens what others seal with it, and seals nothing here yet."""
        self._keys[name][version] = secret
        if name is InstallationKeyName.SIGN:
            self._signing.meet(version, secret)

    def use(self, name: InstallationKeyName, version: int) -> None:
        """Seal with this version from now on."""
        if version not in self._keys[name]:
            raise ValueError("a version that this process hasn't met")
        self._current[name] = version
        if name is InstallationKeyName.SIGN:
            self._signing.use(version)

    def forget(self, name: InstallationKeyName, version: int) -> None:
        """Drop a version that nothing needs any more."""
        if version != self._current[name]:
            self._keys[name].pop(version, None)

    # Look-up: find a row by a number, an address or a secret that the database doesn't hold.

    def lookup(self, purpose: str, value: str | bytes) -> bytes:
        """HMAC-SHA256 (32 bytes) of a value under its purpose: what a column keeps and finds.

        Purposes keep columns apart ("number", "email", "app-password", "api-token", "cookie"):
        the same value under two of them gives nothing that can be matched.
        """
        return self._lookup(self._current[InstallationKeyName.LOOKUP], purpose, value)

    def lookups(self, purpose: str, value: str | bytes) -> tuple[bytes, ...]:
        """Under every version, newest first, while a rotation of K_lookup is under way."""
        versions = sorted(self._keys[InstallationKeyName.LOOKUP], reverse=True)
        return tuple(self._lookup(version, purpose, value) for version in versions)

    def _lookup(self, version: int, purpose: str, value: str | bytes) -> bytes:
        encoded = value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
        key = self._keys[InstallationKeyName.LOOKUP][version]
        return hmac.digest(key, encode("lookup", (purpose.encode(), encoded)), "sha256")

    # Fields: personal data that is needed unattended, such as a number to text to.

    def seal_field(self, context: str, text: str) -> bytes:
        """AES-256-GCM under K_fields; ``context`` names column and row and must come again."""
        version = self._current[InstallationKeyName.FIELDS]
        nonce = self._randomness.bytes(_FIELD_NONCE_BYTES)
        cipher = AESGCM(self._keys[InstallationKeyName.FIELDS][version])
        sealed = cipher.encrypt(nonce, text.encode(), _field_context(context))
        return version.to_bytes(1) + nonce + sealed

    def open_field(self, context: str, sealed: bytes) -> str:
        """Open a field of any version. Raises `SealBroken`, also for another context."""
        nonce, ciphertext = sealed[1 : 1 + _FIELD_NONCE_BYTES], sealed[1 + _FIELD_NONCE_BYTES :]
        cipher = AESGCM(self.secret(InstallationKeyName.FIELDS, sealed[0] if sealed else 0))
        try:
            return cipher.decrypt(nonce, ciphertext, _field_context(context)).decode()
        except (InvalidTag, ValueError) as error:
            raise SealBroken("a sealed field doesn't open in this place") from error

    # Links: a token locates a delivery, it authorises nothing.

    def link_token(self, delivery: DeliveryId, n: int, stored_hash: bytes | None = None) -> str:
        """Give the token of a delivery's n-th link: 22 letters and digits, 128 bits.

        With ``stored_hash``, the one of whichever K_link version made that hash (a notice may
        leave after a rotation); raises `SealBroken` when none did.
        """
        if stored_hash is None:
            return self._link_token(self._current[InstallationKeyName.LINK], delivery, n)
        for version in sorted(self._keys[InstallationKeyName.LINK], reverse=True):
            token = self._link_token(version, delivery, n)
            if hmac.compare_digest(token_hash(token), stored_hash):
                return token
        raise SealBroken("no version of the link key made this link's hash")

    def _link_token(self, version: int, delivery: DeliveryId, n: int) -> str:
        key = self._keys[InstallationKeyName.LINK][version]
        return token_from_bytes(
            hmac.digest(key, encode("link", (delivery.bytes, number(n))), "sha256")
        )

    @staticmethod
    def link_token_hash(token: str) -> bytes:
        """What the database keeps of a token (32 bytes)."""
        return token_hash(token)

    # Signatures.

    def sign(self, encoded: bytes) -> bytes:
        return self._signing.sign(encoded)

    def verify(self, encoded: bytes, signature: bytes) -> None:
        """Raise `SealBroken` unless this installation signed these bytes."""
        self._signing.verify(encoded, signature)

    # For the vault's own files: the pepper and K_enrol.

    def current_version(self, name: InstallationKeyName) -> int:
        return self._current[name]

    def secret(self, name: InstallationKeyName, version: int) -> bytes:
        """Give a subkey. Raises `SealBroken` for a version that this installation never had."""
        try:
            return self._keys[name][version]
        except KeyError as error:
            raise SealBroken(f"no version {version} of the {name.value} key") from error

    def derive_peppered(self, secret: bytes, context: bytes, pepper_version: int) -> bytes:
        """HKDF of a person's secret with the pepper as salt: of no use to a thief without K0."""
        pepper = self.secret(InstallationKeyName.PEPPER, pepper_version)
        return derive(secret, context, salt=pepper)


def _field_context(context: str) -> bytes:
    return hashlib.sha256(encode("field", (context.encode(),))).digest()
