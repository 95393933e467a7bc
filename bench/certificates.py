"""A throw-away authority and a server certificate, so that both sides of a comparison do the same
TLS work.

The signature in the handshake is outside the timing, but the kind of key goes with the kind of
deployment: a yardstick gets the kind that the product's own demo shows.
"""

import datetime as dt
import ipaddress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import NameOID

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey


class KeyKind(Enum):
    """The kinds of server key that a comparison can meet."""

    P256 = "ECDSA P-256"
    P384 = "ECDSA P-384"
    RSA_2048 = "RSA 2048"
    RSA_3072 = "RSA 3072"
    RSA_4096 = "RSA 4096"
    ED25519 = "Ed25519"


@dataclass(frozen=True, slots=True)
class ServerCertificate:
    """Paths of PEM files: the authority to trust, the server's chain and its key."""

    authority: Path
    chain: Path
    key: Path


def key_kind_of(certificate_der: bytes) -> KeyKind:
    """Name the kind of key in a server's certificate.

    Raises:
        ValueError: a kind that no yardstick certificate can be made of yet.
    """
    key = x509.load_der_x509_certificate(certificate_der).public_key()
    match key:
        case ec.EllipticCurvePublicKey():
            return {256: KeyKind.P256, 384: KeyKind.P384}[key.curve.key_size]
        case rsa.RSAPublicKey():
            return KeyKind(f"RSA {key.key_size}")
        case ed25519.Ed25519PublicKey():
            return KeyKind.ED25519
        case _:
            raise ValueError(f"no yardstick certificate for {type(key).__name__}")


def make_server_certificate(folder: Path, kind: KeyKind) -> ServerCertificate:
    """Write an authority and a certificate for 127.0.0.1 and localhost into ``folder``."""
    authority_key, server_key = _make_key(kind), _make_key(kind)
    authority_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Yardstick authority")])
    authority = (
        _builder(authority_name, authority_name, authority_key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(signs_certificates=True), critical=True)
        .sign(authority_key, _hash_for(kind))
    )
    server_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    addresses = [
        x509.DNSName("localhost"),
        x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
    ]
    server = (
        _builder(server_name, authority_name, server_key, signed_by=authority_key)
        .add_extension(x509.SubjectAlternativeName(addresses), critical=False)
        .sign(authority_key, _hash_for(kind))
    )
    paths = ServerCertificate(
        folder / "authority.pem", folder / "server-chain.pem", folder / "server-key.pem"
    )
    paths.authority.write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    paths.chain.write_bytes(server.public_bytes(serialization.Encoding.PEM))
    paths.key.touch(mode=0o600)
    paths.key.write_bytes(
        server_key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return paths


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: PrivateKey,
    *,
    signed_by: PrivateKey | None = None,
) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=2))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key((signed_by or key).public_key()),
            critical=False,
        )
    )


def _key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _make_key(kind: KeyKind) -> PrivateKey:
    match kind:
        case KeyKind.P256:
            return ec.generate_private_key(ec.SECP256R1())
        case KeyKind.P384:
            return ec.generate_private_key(ec.SECP384R1())
        case KeyKind.ED25519:
            return ed25519.Ed25519PrivateKey.generate()
        case _:
            return rsa.generate_private_key(public_exponent=65537, key_size=int(kind.value[-4:]))


def _hash_for(kind: KeyKind) -> hashes.SHA256 | None:
    return None if kind is KeyKind.ED25519 else hashes.SHA256()
