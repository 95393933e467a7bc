"""The inventory, from what is really configured: nothing is listed that isn't there."""

import platform
from dataclasses import dataclass
from urllib.parse import urlsplit

from licorne import __version__
from licorne.store.server_facts import InstallationFacts, ServerFacts
from licorne.wiring.carrier_kinds import address_of
from licorne.wiring.inventory.asset import Asset, Flow, Inventory
from licorne.wiring.settings import Carrier, Home, Settings

_SEALED = "sealed to its readers (AES-256-GCM under HPKE; keys apart)"
_TLS = "TLS 1.2 or newer"
_REPLY_MAIL = "members' addresses, and that a reply waits; nothing of patients"
_NOTICE = "the person's number, the practice's name and a link; no health information"


@dataclass(frozen=True, slots=True)
class Known:
    """What the listing is made from. ``server`` is none while the database doesn't answer."""

    home: Home
    settings: Settings
    database_host: str
    server: ServerFacts | None
    facts: InstallationFacts
    practices: tuple[str, ...]


def list_inventory(known: Known) -> Inventory:
    return Inventory(
        assets=(*_on_this_machine(known), _database(known), *_elsewhere(known)),
        flows=tuple(_flows(known)),
        needs_agreement=tuple(_parties(known)),
    )


def _on_this_machine(known: Known) -> list[Asset]:
    home, settings, machine = known.home, known.settings, platform.node() or "this machine"
    processes = (
        f"web ×{settings.web_processes}, submission ×{settings.submission_processes},"
        f" worker ×{settings.worker_processes}"
    )
    python = f"Licorne {__version__}, Python {platform.python_version()}"
    return [
        Asset(
            f"Licorne's processes ({processes})",
            python,
            machine,
            f"messages while they are sealed or read, of: {', '.join(known.practices) or 'nobody'}",
            "no core dumps, not ptraceable; keys in memory only while in use",
        ),
        Asset(
            "Unseal key",
            "1",
            _custody(settings, machine, home),
            "nothing of patients; opens the installation's subkeys",
            f"custody: {settings.custody.kind}; a copy apart from every backup",
        ),
        Asset(
            "Shred slots",
            "1",
            settings.slots.to or f"{machine}:{home.slots}",
            "nothing of patients; needed to open stored messages",
            "outside the database; destroyed with the copy they lock",
        ),
        Asset(
            "Attachments and large bodies",
            "sealed format 1",
            settings.blobs.to or f"{machine}:{home.blobs}",
            "what patients and the practice wrote, as ciphertext",
            _SEALED,
        ),
        Asset(
            "Audit heads",
            "1",
            f"{machine}:{home.audit_heads}",
            "nothing of patients; proves that the audit trail is whole",
            "signed",
        ),
    ]


def _database(known: Known) -> Asset:
    server = known.server
    return Asset(
        "Database",
        "unknown (it doesn't answer)" if server is None else f"PostgreSQL {server.version_name}",
        known.database_host,
        "messages as ciphertext; names and numbers encrypted; who wrote when, and sizes, in clear",
        f"{_SEALED}; row-level security between practices",
    )


def _elsewhere(known: Known) -> list[Asset]:
    settings = known.settings
    assets = []
    if settings.public_url:
        assets.append(
            Asset(
                "Reverse proxy",
                "see its own inventory",
                settings.public_url,
                "pages and messages while they pass; keep no paths in its log (links hold tokens)",
                _TLS,
            )
        )
    if settings.backup.to:
        assets.append(
            Asset(
                "Backup store",
                "backup format 1",
                settings.backup.to,
                "as the database, the attachments and the shred slots (these for"
                f" {settings.backup.slot_copies_kept_days} days)",
                f"{_SEALED}; no key lies there",
                answers="whoever runs the store, by agreement",
            )
        )
    if settings.relay.host:
        assets.append(
            Asset(
                "Mail relay",
                "SMTP",
                settings.relay.host,
                _REPLY_MAIL,
                f"{_TLS}, its certificate checked",
                answers="whoever runs the relay",
            )
        )
    assets += [
        Asset(
            f"Carrier {carrier.name}",
            carrier.kind,
            _host_of(carrier),
            _NOTICE,
            "agreement with the carrier",
            answers="the carrier, by agreement",
        )
        for carrier in settings.carriers
    ]
    return assets


def _flows(known: Known) -> list[Flow]:
    settings, server = known.settings, known.server
    message = "messages and attachments"
    mail = ", ".join(("secure.text", *known.facts.text_domains))
    flows = [
        Flow("Patients' browsers", "Reverse proxy", f"{message}, passwords", _TLS),
        Flow("Members' browsers (office)", "Reverse proxy", f"{message}, passwords", _TLS),
        Flow("Programs (API)", "Reverse proxy", message, f"{_TLS}; tokens"),
        Flow(
            f"Members' email programs (to {mail})",
            f"Licorne's mail server, ports {settings.smtp_port} and {settings.smtps_port}",
            message,
            f"{_TLS}, before any password is taken",
        ),
        Flow(
            "Reverse proxy",
            f"Licorne's pages at {settings.http_host}:{settings.http_port}",
            message,
            "plain HTTP: it must stay on this machine or within a private network",
        ),
        Flow(
            "Licorne's processes",
            "Database",
            "ciphertext, encrypted names and numbers, times",
            "TLS" if server is not None and server.encrypted else "a socket of this machine",
        ),
    ]
    if settings.backup.to:
        how = "TLS" if settings.backup.to.startswith("s3://") else "the file system"
        flows.append(Flow("Licorne's processes", "Backup store", "ciphertext, shred slots", how))
    if settings.relay.host:
        flows.append(
            Flow("Licorne's worker", f"Mail relay {settings.relay.host}", _REPLY_MAIL, _TLS)
        )
    flows += [
        Flow("Licorne's worker", f"Carrier {one.name}", _NOTICE, _protected(one))
        for one in settings.carriers
    ]
    flows += [
        Flow(f"Carrier {one.name}", "Patients' phones", _NOTICE, "none: SMS is open")
        for one in settings.carriers
    ]
    return flows


def _parties(known: Known) -> list[str]:
    parties = ["whoever hosts this machine"]
    if known.server is None or known.server.remote:
        parties.append(f"whoever runs the database at {known.database_host}")
    if known.settings.backup.to:
        parties.append(f"whoever runs the backup store {known.settings.backup.to}")
    parties += [
        f"whoever runs the store {storage.to}"
        for storage in (known.settings.blobs, known.settings.slots)
        if storage.to
    ]
    parties += [f"the carrier {one.name} ({_host_of(one)})" for one in known.settings.carriers]
    return parties


def _host_of(carrier: Carrier) -> str:
    address = address_of(carrier.kind, carrier.settings)
    return "this machine" if address is None else urlsplit(address).hostname or "unknown"


def _protected(carrier: Carrier) -> str:
    address = address_of(carrier.kind, carrier.settings)
    if address is None:
        return "a folder of this machine"
    return "TLS" if address.startswith(("https://", "smpps://")) else "nothing"


def _custody(settings: Settings, machine: str, home: Home) -> str:
    custody = settings.custody
    return {
        "passphrase": f"nowhere; made of a passphrase and {machine}:{home.passphrase}",
        "vault": f"{custody.url} {custody.mount}/{custody.key}",
        "aws_kms": f"AWS KMS {custody.region} {custody.key}",
    }.get(custody.kind, f"{machine}:{home.unseal_key}")
