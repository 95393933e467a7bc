"""The doctor on names and TLS: what others meet who come from outside."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from licorne.adapters.diagnosis.certificates import CertificateUnreadable, read_certificate
from licorne.adapters.diagnosis.names import Names, NamesUnanswered
from licorne.adapters.diagnosis.tls_server import (
    CertificateRefused,
    ServerUnreachable,
    ask_tls_server,
)
from licorne.store.server_facts import InstallationFacts
from licorne.wiring.doctor.finding import Finding, ok, problem, warning
from licorne.wiring.settings import Home, Settings

_SOON = timedelta(days=14)


def look_at_mail_certificate(home: Home, settings: Settings, now: datetime) -> list[Finding]:
    """The mail server's own certificate; it serves TLS 1.2 and newer only, whatever is set."""
    subject = "mail_certificate"
    if not settings.tls_certificate:
        return [
            warning(
                subject,
                "No certificate is set, so email programs can't send. Set tls_certificate and"
                " tls_key, or run without the role submission.",
            )
        ]
    try:
        found = read_certificate(home.path / settings.tls_certificate, home.path / settings.tls_key)
    except CertificateUnreadable as error:
        return [problem(subject, error.sentence)]
    if not found.matches_key:
        return [problem(subject, "tls_certificate and tls_key don't belong together.")]
    if now < found.not_before:
        return [problem(subject, f"It is good from {found.not_before:%Y-%m-%d} only.")]
    if not found.is_for(settings.smtp_name):
        return [
            problem(
                subject,
                f"It is not for {settings.smtp_name}, but for {', '.join(found.names) or 'no name'}"
                ". Get one for the mail server's name, or set smtp_name.",
            )
        ]
    return [_until(subject, found.not_after, now)]


def look_at_pages(settings: Settings, now: datetime, authority: str | None = None) -> list[Finding]:
    """Open the public address as a browser would. ``authority`` as in `ask_tls_server`."""
    subject, parts = "public_tls", urlsplit(settings.public_url)
    if parts.scheme != "https" or not parts.hostname:
        return []
    try:
        answer = ask_tls_server(parts.hostname, parts.port or 443, authority)
    except ServerUnreachable:
        return [
            warning(
                subject,
                f"{settings.public_url} doesn't answer from here. Is the reverse proxy running?",
            )
        ]
    except CertificateRefused as error:
        return [
            problem(
                subject,
                f"Browsers refuse the certificate of {settings.public_url}: {error.reason}.",
            )
        ]
    if answer.takes_old_tls:
        return [
            problem(
                subject,
                f"{settings.public_url} still takes TLS 1.1 or older. Let the reverse proxy take"
                " 1.2 and newer only.",
            )
        ]
    return [_until(subject, answer.not_after, now)]


def look_at_names(settings: Settings, facts: InstallationFacts, names: Names) -> list[Finding]:
    """The public name must have an address; a text domain's mail must come here."""
    findings: list[Finding] = []
    host = urlsplit(settings.public_url).hostname
    try:
        if host and not names.addresses(host):
            findings.append(
                problem("dns", f"{host} has no address: add an A or AAAA record for it.")
            )
        for domain in facts.text_domains:
            servers = names.mail_servers(domain)
            if settings.smtp_name.lower() not in servers:
                findings.append(
                    warning(
                        "dns",
                        f"Mail for {domain} goes to {', '.join(servers) or 'nobody'}, not to"
                        f" {settings.smtp_name}. Point its MX record here.",
                    )
                )
    except NamesUnanswered:
        return [warning("dns", "No DNS server answered, so names couldn't be looked up.")]
    return findings or [ok("dns", "The public name and the text domains lead here.")]


def _until(subject: str, end: datetime, now: datetime) -> Finding:
    if end <= now:
        return problem(subject, f"The certificate ended on {end:%Y-%m-%d}. Renew it now.")
    if end - now < _SOON:
        return warning(subject, f"The certificate ends on {end:%Y-%m-%d}. Renew it soon.")
    return ok(subject, f"The certificate fits and is good until {end:%Y-%m-%d}.")
