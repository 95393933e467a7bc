"""One measured run over keep-alive connections, and the bytes of the requests it sends."""

import contextlib
from collections.abc import Iterator

from bench.load.closed_loop import Load, Throughput, run_closed_loop
from bench.load.http_session import HttpServer, HttpSession

CONCURRENCY = 32


def measure_http(server: HttpServer, requests: Iterator[bytes], load: Load) -> Throughput:
    """Ask over ``load.sessions`` connections that are open before the clock starts."""
    with contextlib.ExitStack() as opened:
        sessions = [HttpSession(server, requests) for _ in range(load.sessions)]
        for session in sessions:
            opened.callback(session.close)
        return run_closed_loop(sessions, load)


def request_bytes(
    method: str, path: str, host: str, fields: tuple[tuple[str, str], ...], body: bytes = b""
) -> bytes:
    """Write one HTTP/1.1 request."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}"]
    lines += [f"{name}: {value}" for name, value in fields]
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
