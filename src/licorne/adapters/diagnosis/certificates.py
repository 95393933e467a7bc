"""A certificate as others will see it: whose names it bears, and until when it is good."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)


class CertificateUnreadable(Exception):
    """A file that can't be read, or isn't what it should be; ``sentence`` is for the operator."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Certificate:
    names: tuple[str, ...]  # DNS names, with a leading *. where it is a wildcard
    not_before: datetime
    not_after: datetime
    matches_key: bool

    def is_for(self, name: str) -> bool:
        """Say whether clients that look for ``name`` accept it (RFC 9525 §6.3)."""
        wanted = name.rstrip(".").lower()
        parent = wanted.partition(".")[2]
        return any(one in {wanted, f"*.{parent}"} for one in self.names)


def read_certificate(certificate: Path, key: Path) -> Certificate:
    """Read a PEM chain's first certificate and its key. Raises `CertificateUnreadable`."""
    try:
        leaf = x509.load_pem_x509_certificates(certificate.read_bytes())[0]
        private = load_pem_private_key(key.read_bytes(), None)
    except OSError as error:
        raise CertificateUnreadable(
            f"{error.filename} can't be read ({error.strerror}). It must be there, and belong to"
            " the user that Licorne runs as."
        ) from error
    except (ValueError, TypeError) as error:
        raise CertificateUnreadable(
            f"{certificate} and {key} must be PEM files, the key without a password."
        ) from error
    return Certificate(
        names=_names(leaf),
        not_before=leaf.not_valid_before_utc,
        not_after=leaf.not_valid_after_utc,
        matches_key=_encoded(leaf.public_key()) == _encoded(private.public_key()),
    )


def parse_certificate(der: bytes) -> tuple[tuple[str, ...], datetime]:
    """Give the names and the end of a certificate that a server showed."""
    leaf = x509.load_der_x509_certificate(der)
    return _names(leaf), leaf.not_valid_after_utc


def _names(leaf: x509.Certificate) -> tuple[str, ...]:
    try:
        extension = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return ()
    return tuple(name.lower() for name in extension.value.get_values_for_type(x509.DNSName))


def _encoded(key: object) -> bytes:
    encoded: bytes = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)  # type: ignore[attr-defined]
    return encoded
