"""Sockets, bound by the parent before it forks: the ports are known, and a role may restart."""

import errno
import socket

from licorne.wiring.settings import SettingsWrong

_BACKLOG = 1024


def listen(host: str, port: int, what: str, processes: int = 1) -> tuple[socket.socket, ...]:
    """Bind and listen, with a socket for each process; port 0 takes any free one.

    The kernel spreads connections over the sockets, so that no process takes them all
    (SO_REUSEPORT, socket(7)). Raises `SettingsWrong` with what to do.
    """
    first = _socket(host)
    sockets = [first]
    try:
        # Not shared before it is bound: whoever else listens here already is in the way.
        first.bind((host, port))
        for _ in range(processes - 1):
            first.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            another = _socket(host)
            sockets.append(another)
            another.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            another.bind((host, port_of(first)))
        for one in sockets:
            one.listen(_BACKLOG)
    except OSError as problem:
        for one in sockets:
            one.close()
        raise SettingsWrong(_explain(problem, host, port, what)) from problem
    return tuple(sockets)


def sockets_of(
    sockets: tuple[socket.socket, ...], number: int, processes: int
) -> tuple[socket.socket, ...]:
    """Give the sockets of one process, counted from 0; too few sockets are shared by all."""
    return sockets if len(sockets) < processes else sockets[number::processes]


def _socket(host: str) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
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
