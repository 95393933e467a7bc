"""Sockets, bound by the parent before it forks: the ports are known, and a role may restart."""

import errno
import socket

from licorne.wiring.settings import SettingsWrong

_BACKLOG = 1024


def listen(host: str, port: int, what: str) -> socket.socket:
    """Bind and listen; port 0 takes any free one. Raises `SettingsWrong` with what to do."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
    except OSError as problem:
        sock.close()
        raise SettingsWrong(_explain(problem, host, port, what)) from problem
    sock.listen(_BACKLOG)
    sock.setblocking(False)
    return sock


def port_of(sock: socket.socket) -> int:
    port: int = sock.getsockname()[1]
    return port


def _explain(problem: OSError, host: str, port: int, what: str) -> str:
    if problem.errno == errno.EADDRINUSE:
        return f"Port {port} for {what} is in use already. Name another, or 0 for any free one."
    if problem.errno == errno.EACCES:
        return f"Port {port} for {what} needs more rights. Name one above 1023."
    return f"{host}:{port} for {what} can't be listened on: {problem.strerror}."
