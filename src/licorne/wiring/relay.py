"""The practice's mail relay, as configured: none where no host is named."""

from licorne.adapters.relays.smtp import RelayAccess, SmtpRelay
from licorne.adapters.system import SystemClock
from licorne.domain.identity.email_address import parse_email_address
from licorne.wiring.settings import Home, Settings


def mail_relay(home: Home, settings: Settings) -> SmtpRelay | None:
    """Give the relay, not connected yet. ``settings`` have been checked."""
    relay = settings.relay
    if not relay.host:
        return None
    access = RelayAccess(
        host=relay.host,
        port=relay.port_or_usual,
        implicit_tls=relay.tls == "implicit",
        sender=parse_email_address(relay.sender),
        own_name=settings.smtp_name,
        user=relay.user,
        password_file=home.path / relay.password_file if relay.user else None,
        authority=home.path / relay.authority_file if relay.authority_file else None,
    )
    return SmtpRelay(access, SystemClock())
