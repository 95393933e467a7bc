"""The files under deploy/, read by the programs that they are for."""

import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from licorne.adapters.demo_authority import demo_certificates
from licorne.wiring.main import build_parser

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
MOST_EXPOSED = "25"  # of 100, as systemd counts; an unhardened service has 96


def run(*command: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.environ["PATH"] + ":/usr/sbin", **environment},
    )


def test_systemd_understands_every_unit(tmp_path: Path):
    for unit in UNITS:  # the program that they start isn't installed here
        text = unit.read_text().replace("/opt/licorne/.venv/bin/licorne", "/bin/true")
        (tmp_path / unit.name).write_text(text)
    checked = run("systemd-analyze", "verify", "--man=no", *sorted(tmp_path.iterdir()))
    complaints = [line for line in checked.stderr.splitlines() if "licorne" in line]
    assert (checked.returncode, complaints) == (0, [])


@pytest.mark.parametrize("unit", [unit for unit in UNITS if unit.suffix == ".service"])
def test_the_services_may_do_little(unit: Path):
    checked = run(
        "systemd-analyze", "security", "--offline=true", f"--threshold={MOST_EXPOSED}", unit
    )
    assert checked.returncode == 0, checked.stdout


def test_the_units_and_the_container_start_commands_that_there_are():
    for unit in (one for one in UNITS if one.suffix == ".service"):
        (line,) = re.findall(r"^ExecStart=\S+/licorne (.*)$", unit.read_text(), re.MULTILINE)
        build_parser().parse_args(line.split())
    (command,) = re.findall(r"^CMD (.*)$", (DEPLOY / "Containerfile").read_text(), re.MULTILINE)
    build_parser().parse_args(json.loads(command))


def test_caddy_understands_its_file(tmp_path: Path):
    checked = run(
        "caddy", "validate", "--config", DEPLOY / "Caddyfile", "--adapter", "caddyfile",
        HOME=str(tmp_path), XDG_DATA_HOME=str(tmp_path), XDG_CONFIG_HOME=str(tmp_path),
    )  # fmt: skip
    assert checked.returncode == 0, checked.stderr
    assert "not formatted" not in checked.stderr


class Upstream(BaseHTTPRequestHandler):
    """Stands where Licorne's pages are, and says what it was told."""

    def do_GET(self) -> None:
        body = json.dumps(dict(self.headers.items())).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def upstream() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Upstream)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.fixture
def nginx(upstream: int, tmp_path: Path) -> Iterator[int]:
    """The example, with this machine's ports and paths; gives the port of HTTPS."""
    with (
        socket.create_server(("127.0.0.1", 0)) as one,
        socket.create_server(("127.0.0.1", 0)) as two,
    ):
        plain, secure = one.getsockname()[1], two.getsockname()[1]
    made = demo_certificates(tmp_path / "tls")
    site = (DEPLOY / "nginx.conf").read_text()
    for old, new in (
        ("listen [::]:80;", ""),
        ("listen [::]:443 ssl http2;", ""),
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen 443 ", f"listen 127.0.0.1:{secure} "),
        ("text.example.org;", "localhost;"),
        ("127.0.0.1:8080", f"127.0.0.1:{upstream}"),
        ("/var/log/nginx/", f"{tmp_path}/"),
        ("/etc/letsencrypt/live/text.example.org/fullchain.pem", str(made.certificate)),
        ("/etc/letsencrypt/live/text.example.org/privkey.pem", str(made.key)),
    ):
        assert old in site
        site = site.replace(old, new)
    paths = "".join(
        f"{kind}_temp_path {tmp_path}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;\n" if os.geteuid() == 0 else ""
    configuration = tmp_path / "nginx.conf"
    configuration.write_text(
        f"{user}daemon off;\npid {tmp_path}/pid;\nerror_log {tmp_path}/error.log;\nevents {{}}\n"
        f"http {{\n{paths}{site}}}\n"
    )
    program = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
    assert program is not None
    checked = run(program, "-t", "-c", configuration)
    assert checked.returncode == 0, checked.stderr
    running = subprocess.Popen([program, "-c", configuration], stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", secure), 1).close()
                break
            except OSError:
                time.sleep(0.02)
        yield secure
    finally:
        running.terminate()
        running.wait()


def ask(port: int, path: str, *, authority: Path, most: ssl.TLSVersion | None = None) -> bytes:
    context = ssl.create_default_context(cafile=authority)
    if most is not None:
        context.set_ciphers("ALL:@SECLEVEL=0")
        with pytest.warns(DeprecationWarning, match="TLSv1"):
            context.minimum_version = ssl.TLSVersion.TLSv1
        with pytest.warns(DeprecationWarning, match="TLSv1"):
            context.maximum_version = most
    with (
        socket.create_connection(("127.0.0.1", port), 5) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as secure,
    ):
        secure.sendall(
            f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            "X-Forwarded-For: 192.0.2.66\r\n\r\n".encode()
        )
        return b"".join(iter(lambda: secure.recv(65536), b""))


def test_nginx_passes_on_who_really_asks_and_logs_nothing_of_them(nginx: int, tmp_path: Path):
    authority = tmp_path / "tls" / "demo-authority.pem"
    answer = ask(nginx, "/m/the-token-of-a-link?q=1", authority=authority)
    told = json.loads(answer.partition(b"\r\n\r\n")[2])
    assert told["X-Forwarded-For"] == "127.0.0.1"
    assert told["Host"] == "localhost"
    logged = (tmp_path / "licorne.log").read_text()
    assert " GET 200 " in logged
    assert "token" not in logged
    assert "127.0.0.1" not in logged


def test_nginx_takes_no_old_tls(nginx: int, tmp_path: Path):
    authority = tmp_path / "tls" / "demo-authority.pem"
    with pytest.raises(ssl.SSLError):
        ask(nginx, "/", authority=authority, most=ssl.TLSVersion.TLSv1_1)
