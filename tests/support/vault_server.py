"""A stand-in for HashiCorp Vault's transit engine, over TLS, with the documented requests and answers.

Encrypts with AES-256-GCM under a key that it makes, with the associated data; versions, tokens and
sealing are as the API documents them. (Vault's own binary can't be had from a package registry.)
"""

import base64
import contextlib
import json
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from licorne.adapters.demo_authority import demo_certificates


@dataclass
class VaultServer:
    url: str
    ca_file: Path
    token: str = "hvs.test"
    sealed: bool = False
    versions: dict[int, bytes] = field(default_factory=lambda: {1: AESGCM.generate_key(256)})
    seen: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def rotate(self) -> None:
        self.versions[max(self.versions) + 1] = AESGCM.generate_key(256)

    def answer(self, path: str, token: str, body: dict[str, str]) -> tuple[int, object]:
        self.seen.append((path, body))
        if self.sealed:
            return 503, {"errors": ["Vault is sealed"]}
        if token != self.token:
            return 403, {"errors": ["permission denied"]}
        bound = base64.b64decode(body.get("associated_data", ""))
        if path == "/v1/transit/encrypt/licorne":
            version = max(self.versions)
            nonce = AESGCM.generate_key(128)[:12]
            plain = base64.b64decode(body["plaintext"])
            sealed = nonce + AESGCM(self.versions[version]).encrypt(nonce, plain, bound)
            text = f"vault:v{version}:{base64.b64encode(sealed).decode()}"
            return 200, {"data": {"ciphertext": text, "key_version": version}}
        if path == "/v1/transit/decrypt/licorne":
            try:
                _, version_text, sealed_text = body["ciphertext"].split(":")
                sealed = base64.b64decode(sealed_text)
                key = AESGCM(self.versions[int(version_text[1:])])
                plain = key.decrypt(sealed[:12], sealed[12:], bound)
            except (InvalidTag, ValueError, KeyError):
                return 400, {"errors": ["cipher: message authentication failed"]}
            return 200, {"data": {"plaintext": base64.b64encode(plain).decode()}}
        return 404, {"errors": ["no handler for route"]}


@contextlib.contextmanager
def vault_server(folder: Path) -> Iterator[VaultServer]:
    certificates = demo_certificates(folder)
    server: VaultServer

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            token = self.headers.get("X-Vault-Token", "")
            status, told = server.answer(self.path, token, json.loads(content))
            answer = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.certificate, certificates.key)
    http.socket = context.wrap_socket(http.socket, server_side=True)
    server = VaultServer(f"https://localhost:{http.server_port}", certificates.authority)
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        thread.join()
        http.server_close()
