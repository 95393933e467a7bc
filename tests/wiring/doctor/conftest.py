"""Real servers for the doctor to look at: TLS with any certificate, DNS with any records."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dns.message
import dns.rrset
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Records = dict[tuple[str, str], list[str]]


@pytest.fixture
def certificate(tmp_path: Path) -> Callable[..., tuple[Path, Path]]:
    """A self-signed certificate for a name, good from and until given days from now."""
    made = 0

    def make(name: str, *, begins: float = -1, ends: float = 90) -> tuple[Path, Path]:
        nonlocal made
        made += 1
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "of the tests")])
        now = datetime.now(UTC)
        built = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + timedelta(days=begins))
            .not_valid_after(now + timedelta(days=ends))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
            .sign(key, hashes.SHA256())
        )
        pem, private = tmp_path / f"{made}.pem", tmp_path / f"{made}.key"
        pem.write_bytes(built.public_bytes(serialization.Encoding.PEM))
        private.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        return pem, private

    return make


@pytest.fixture
def tls_server() -> Iterator[Callable[..., int]]:
    """Start a TLS server on localhost; gives its port."""
    sockets: list[socket.socket] = []

    def start(pem: Path, key: Path, *, old: bool = False) -> int:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem, key)
        if old:
            context.set_ciphers("ALL:@SECLEVEL=0")
            with pytest.warns(DeprecationWarning, match="TLSv1"):
                context.minimum_version = ssl.TLSVersion.TLSv1
        listening = socket.create_server(("localhost", 0))
        sockets.append(listening)

        def serve() -> None:
            while True:
                try:
                    plain, _ = listening.accept()
                except OSError:
                    return
                try:
                    context.wrap_socket(plain, server_side=True).close()
                except OSError:
                    plain.close()

        threading.Thread(target=serve, daemon=True).start()
        return listening.getsockname()[1]

    yield start
    for one in sockets:
        one.shutdown(socket.SHUT_RDWR)
        one.close()


@pytest.fixture
def dns_server() -> Iterator[Callable[[Records], tuple[str, int]]]:
    """Start a DNS server that knows the records given; gives its address."""
    sockets: list[socket.socket] = []

    def start(records: Records) -> tuple[str, int]:
        listening = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        listening.bind(("127.0.0.1", 0))
        sockets.append(listening)

        def serve() -> None:
            while True:
                data, asker = listening.recvfrom(4096)
                if not data:
                    return
                query = dns.message.from_wire(data)
                answer = dns.message.make_response(query)
                name, kind = query.question[0].name, query.question[0].rdtype.name
                found = records.get((name.to_text(omit_final_dot=True), kind))
                if found:
                    answer.answer.append(dns.rrset.from_text(name, 60, "IN", kind, *found))
                listening.sendto(answer.to_wire(), asker)

        threading.Thread(target=serve, daemon=True).start()
        return listening.getsockname()

    yield start
    for one in sockets:
        one.sendto(b"", one.getsockname())
        one.close()
