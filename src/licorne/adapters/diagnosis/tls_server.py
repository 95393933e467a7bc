"""How a TLS server answers: does its certificate hold, until when, and does it take old TLS?"""

import socket
import ssl
import warnings
from dataclasses import dataclass
from datetime import datetime

from licorne.adapters.diagnosis.certificates import parse_certificate

_PATIENCE = 5.0  # seconds


class ServerUnreachable(Exception):
    """Nobody answers there."""


class CertificateRefused(Exception):
    """The server's certificate doesn't hold; ``reason`` is OpenSSL's own word for why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class TlsAnswer:
    version: str  # TLSv1.3
    not_after: datetime
    takes_old_tls: bool  # 1.1 or older (RFC 8996)


def ask_tls_server(host: str, port: int, authority: str | None = None) -> TlsAnswer:
    """Shake hands as a browser would, then once more with TLS 1.1 at most.

    ``authority`` is a PEM file to trust instead of the machine's own list. Blocking.
    """
    context = ssl.create_default_context(cafile=authority)
    try:
        with (
            socket.create_connection((host, port), _PATIENCE) as plain,
            context.wrap_socket(plain, server_hostname=host) as secure,
        ):
            version, shown = secure.version() or "", secure.getpeercert(binary_form=True) or b""
    except ssl.SSLCertVerificationError as error:
        raise CertificateRefused(error.verify_message) from error
    except OSError as error:
        raise ServerUnreachable from error
    return TlsAnswer(version, parse_certificate(shown)[1], _takes_old_tls(host, port))


def _takes_old_tls(host: str, port: int) -> bool:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # the question is only whether it would talk
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():  # deprecated is what they are here for
        warnings.simplefilter("ignore", DeprecationWarning)
        context.maximum_version = ssl.TLSVersion.TLSv1_1
        context.minimum_version = ssl.TLSVersion.TLSv1
    try:
        with (
            socket.create_connection((host, port), _PATIENCE) as plain,
            context.wrap_socket(plain, server_hostname=host),
        ):
            return True
    except OSError:
        return False
