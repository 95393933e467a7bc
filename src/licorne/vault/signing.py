"""The installation's Ed25519 signatures (RFC 8032), and a memory of those already checked.

A signature is the signing key's version (two bytes) and Ed25519's 64. A check costs far more than
sealing to a key does otherwise, and the same few directory rows come again and again; so digests
of what was found good are remembered, a bounded number, in this process only.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Mapping

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from licorne.domain.sealing.faults import SealBroken

_VERSION_BYTES = 2
_SIGNATURE_BYTES = _VERSION_BYTES + 64
_REMEMBERED = 16_384


class SigningKeys:
    def __init__(self, seeds: Mapping[int, bytes]) -> None:
        """Take every version's seed (32 bytes); the highest signs, all of them verify."""
        self._keys = {v: Ed25519PrivateKey.from_private_bytes(s) for v, s in seeds.items()}
        self._public = {version: key.public_key() for version, key in self._keys.items()}
        self.use(max(self._keys))
        self._good: OrderedDict[bytes, None] = OrderedDict()

    def meet(self, version: int, seed: bytes) -> None:
        """Verify with one more version."""
        self._keys[version] = Ed25519PrivateKey.from_private_bytes(seed)
        self._public[version] = self._keys[version].public_key()

    def use(self, version: int) -> None:
        """Sign with this version from now on."""
        self._version = version
        self._private = self._keys[version]

    def sign(self, encoded: bytes) -> bytes:
        return self._version.to_bytes(_VERSION_BYTES) + self._private.sign(encoded)

    def verify(self, encoded: bytes, signature: bytes) -> None:
        """Raise `SealBroken` unless one of our keys signed these bytes."""
        if len(signature) != _SIGNATURE_BYTES:
            raise SealBroken("a signature has another size")
        digest = hashlib.sha256(signature + encoded).digest()
        if digest in self._good:
            self._good.move_to_end(digest)
            return
        public = self._public.get(int.from_bytes(signature[:_VERSION_BYTES]))
        if public is None:
            raise SealBroken("signed by no key of this installation")
        try:
            public.verify(signature[_VERSION_BYTES:], encoded)
        except InvalidSignature as error:
            raise SealBroken("a signature doesn't match what it is over") from error
        self._good[digest] = None
        if len(self._good) > _REMEMBERED:
            self._good.popitem(last=False)
