"""One measured run over keep-alive connections, and the bytes of the requests it sends."""

from collections.abc import Iterator

from bench.load.closed_loop import Load, Throughput, run_closed_loop
from bench.load.http_session import HttpServer, HttpSession

CONCURRENCY = 32


def measure_http(server: HttpServer, requests: Iterator[bytes], load: Load) -> Throughput:
    """Ask over ``load.sessions`` connections that are open before the clock starts."""
    sessions: list[HttpSession] = []
    try:
        for _ in range(load.sessions):
            sessions.append(HttpSession(server, requests))
        return run_closed_loop(sessions, load)
    finally:
        for session in sessions:
            session.close()


def request_bytes(
    method: str, path: str, host: str, fields: tuple[tuple[str, str], ...], body: bytes = b""
) -> bytes:
    """Write one HTTP/1.1 request."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}"]
    lines += [f"{name}: {value}" for name, value in fields]
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
