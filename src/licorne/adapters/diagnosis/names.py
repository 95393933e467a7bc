"""What the DNS says about a name: its addresses, and who takes its mail."""

from collections.abc import Sequence

import dns.exception
import dns.resolver

_PATIENCE = 5.0  # seconds


class NamesUnanswered(Exception):
    """No resolver answered: nothing is known, neither good nor bad."""


class Names:
    """Asks the machine's resolvers, or the ones named (``address``, ``port``). Blocking."""

    def __init__(self, servers: Sequence[tuple[str, int]] = ()) -> None:
        self._resolver = dns.resolver.Resolver(configure=not servers)
        self._resolver.lifetime = _PATIENCE
        if servers:
            self._resolver.nameservers = [address for address, _ in servers]
            self._resolver.nameserver_ports = dict(servers)

    def addresses(self, name: str) -> tuple[str, ...]:
        """Give IPv4 and IPv6 addresses; none where the name has none."""
        return (*self._ask(name, "A"), *self._ask(name, "AAAA"))

    def mail_servers(self, domain: str) -> tuple[str, ...]:
        """Give the names that take mail for a domain (RFC 5321 §5.1), the preferred one first."""
        answers = (line.split(" ", 1) for line in self._ask(domain, "MX"))
        by_preference = sorted(answers, key=lambda answer: int(answer[0]))
        return tuple(name.rstrip(".").lower() for _, name in by_preference)

    def _ask(self, name: str, kind: str) -> tuple[str, ...]:
        try:
            answer = self._resolver.resolve(name, kind, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return ()
        except (dns.exception.DNSException, OSError) as error:
            raise NamesUnanswered from error
        return tuple(record.to_text() for record in answer)
