"""All that a role is given: where things are, how to log in, and what to listen on."""

import socket
import ssl
from dataclasses import dataclass, replace
from typing import Self

from licorne.wiring.installation import RoleUrls
from licorne.wiring.listening import sockets_of
from licorne.wiring.settings import Home, Settings


@dataclass(frozen=True, slots=True)
class Installation:
    home: Home
    settings: Settings
    urls: RoleUrls
    public_url: str
    http: tuple[socket.socket, ...] = ()
    smtp: tuple[socket.socket, ...] = ()
    smtps: tuple[socket.socket, ...] = ()
    metrics: tuple[socket.socket, ...] = ()
    tls: ssl.SSLContext | None = None

    @property
    def pickup_url(self) -> str:
        return self.public_url  # links are short: the token follows at once

    def of_process(self, number: int, processes: int) -> Self:
        """Give what one of a role's processes is given, counted from 0: its own sockets."""
        return replace(
            self,
            http=sockets_of(self.http, number, processes),
            smtp=sockets_of(self.smtp, number, processes),
            smtps=sockets_of(self.smtps, number, processes),
        )
