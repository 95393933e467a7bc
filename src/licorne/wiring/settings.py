"""Settings: from `licorne.toml` in the home, then from the environment (`LICORNE_*`).

Every mistake is answered with a sentence that says which setting, what is wrong and what to write
instead. Secrets don't stand in settings; files do, whose paths may.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from licorne.adapters.carriers.settings_table import CarrierSettingsWrong
from licorne.adapters.scanners.clamd import (
    USUAL_DEADLINE,
    ScannerAddressWrong,
    parse_scanner_address,
)
from licorne.application.governing.limit_calls import USUAL_REQUESTS
from licorne.domain.identity.email_address import EmailRefused, parse_email_address
from licorne.wiring.carrier_kinds import read_carrier

FILE_NAME = "licorne.toml"


class SettingsWrong(Exception):
    """A setting can't be used; the text is for the operator."""


def one_per_core() -> int:
    """Sealing keeps a core busy and holds the interpreter's lock, so it takes processes."""
    return min(len(os.sched_getaffinity(0)), 8)


class Carrier(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One configured carrier: ``[[carriers]]`` in the file."""

    name: str
    kind: str = "generic_http"
    settings: dict[str, Any] = {}


class Storage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An S3-compatible store: ``s3://bucket/prefix``, and a file with who we are there."""

    to: str = ""  # empty: in the home
    endpoint: str = ""  # https://s3.example.org; empty for Amazon's own
    region: str = "us-east-1"
    credentials_file: str = "secrets/storage.toml"  # access_key_id, secret_access_key


class Backup(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where backups go: a folder, or ``s3://bucket/prefix`` as for `Storage`."""

    to: str = ""
    endpoint: str = ""
    region: str = "us-east-1"
    credentials_file: str = "secrets/backup.toml"
    slot_copies_kept_days: int = 7  # the promise: what was destroyed is so everywhere after these
    alarm_after_hours: int = 26

    @property
    def storage(self) -> Storage:
        return Storage(self.to, self.endpoint, self.region, self.credentials_file)


class Custody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who keeps K0, the unseal key: see docs/operations/keys.md."""

    kind: str = "key_file"  # or passphrase, vault, aws_kms
    key: str = ""  # vault: the transit key's name; aws_kms: ARN, id or alias
    url: str = ""  # vault: https://vault.example.org:8200
    mount: str = "transit"
    namespace: str = ""
    token_file: str = "secrets/vault-token"  # noqa: S105 - a path
    ca_file: str = ""  # PEM; empty: the system's
    region: str = "us-east-1"
    endpoint: str = ""  # aws_kms; empty: Amazon's own
    credentials_file: str = "secrets/kms.toml"


class Relay(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The practice's own mail relay, by which members are told that a reply waits."""

    host: str = ""  # empty: nobody is told by email
    port: int = 0  # 0: 587 for starttls, 465 for implicit
    tls: str = "starttls"  # or implicit; never neither
    sender: str = ""  # whom mails are from
    user: str = ""  # empty: the relay knows us by our address
    password_file: str = "secrets/relay-password"  # noqa: S105 - a path
    authority_file: str = ""  # PEM; empty: the authorities that this machine trusts

    @property
    def port_or_usual(self) -> int:
        return self.port or (465 if self.tls == "implicit" else 587)


class Scanner(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """ClamAV's daemon, which looks for malware in files. Plain text goes to it: keep it near."""

    address: str = ""  # unix:/run/clamav/clamd.ctl, tcp:127.0.0.1:3310; empty: nothing looks
    deadline_seconds: float = USUAL_DEADLINE  # for each step


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An installation's settings, all with a default that suits one machine.

    Sizes are bytes, times seconds, ports TCP; port 0 means any free port.
    """

    database_url_file: str = ""  # default: secrets/database-url in the home
    public_url: str = ""  # what people type and links begin with, e.g. https://text.example.org
    http_host: str = "127.0.0.1"
    http_port: int = 8080
    metrics_port: int | None = None  # Prometheus metrics on 127.0.0.1; none: not given out
    smtp_host: str = "127.0.0.1"
    smtp_port: int = 587
    smtps_port: int = 465
    smtp_name: str = "localhost"  # in the greeting (RFC 5321 §4.2)
    tls_certificate: str = ""  # PEM, for SMTP
    tls_key: str = ""
    trusted_proxies: tuple[str, ...] = ()
    web_processes: int = msgspec.field(default_factory=one_per_core)
    submission_processes: int = msgspec.field(default_factory=one_per_core)
    worker_processes: int = 1
    api_requests_per_minute: int = USUAL_REQUESTS  # of one token
    webhook_internal_hosts: tuple[str, ...] = ()  # names that may lead to private addresses
    carriers: tuple[Carrier, ...] = ()
    blobs: Storage = Storage()
    slots: Storage = Storage()
    backup: Backup = Backup()
    custody: Custody = Custody()
    relay: Relay = Relay()
    scanner: Scanner = Scanner()
    demo: bool = False  # the simulated phone; set by `licorne demo` only

    def networks(self) -> tuple[IPv4Network | IPv6Network, ...]:
        return tuple(ip_network(one) for one in self.trusted_proxies)


@dataclass(frozen=True, slots=True)
class Home:
    """The folder that holds everything an installation keeps outside its database."""

    path: Path

    @property
    def settings_file(self) -> Path:
        return self.path / FILE_NAME

    @property
    def unseal_key(self) -> Path:
        return self.path / "keys" / "unseal.key"

    @property
    def new_unseal_key(self) -> Path:
        """The next one, while it takes its place."""
        return self.unseal_key.with_name("unseal.key.new")

    @property
    def passphrase(self) -> Path:
        """Salt and costs, where custody is a passphrase."""
        return self.path / "keys" / "passphrase.salt"

    @property
    def slots(self) -> Path:
        return self.path / "slots"

    @property
    def blobs(self) -> Path:
        return self.path / "blobs"

    @property
    def audit_heads(self) -> Path:
        return self.path / "audit-heads"

    @property
    def secrets(self) -> Path:
        return self.path / "secrets"

    @property
    def database_url(self) -> Path:
        return self.secrets / "database-url"

    @property
    def role_passwords(self) -> Path:
        return self.secrets / "database-roles.toml"

    @property
    def tls(self) -> Path:
        return self.path / "tls"

    @property
    def postgres(self) -> Path:
        return self.path / "postgres"

    @property
    def demo_phone(self) -> Path:
        return self.path / "demo-phone"

    @property
    def demo_practice(self) -> Path:
        return self.secrets / "demo-practice.json"


def load_settings(
    home: Home, environment: Mapping[str, str] | None = None, file: Path | None = None
) -> Settings:
    """Read the file, lay the environment over it, and check all of it. Raises `SettingsWrong`."""
    values: dict[str, Any] = {}
    named = file or home.settings_file
    if named.exists():
        try:
            values = tomllib.loads(named.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
            raise SettingsWrong(f"{home.settings_file} can't be read: {problem}.") from problem
    from_environment = _from_environment(os.environ if environment is None else environment)
    for section in _SECTIONS & from_environment.keys():
        from_environment[section] = {**values.get(section, {}), **from_environment[section]}
    values |= from_environment
    try:
        settings = msgspec.convert(values, Settings, strict=False)
    except msgspec.ValidationError as problem:
        raise SettingsWrong(
            f"A setting is wrong: {problem}. Look at {home.settings_file} and at LICORNE_* in the"
            " environment."
        ) from problem
    _check(settings)
    return settings


_NOT_SETTINGS = {"HOME", "CONFIG", "DATABASE_URL", "PASSPHRASE_FD"}
_LISTS = {"trusted_proxies", "webhook_internal_hosts"}
_SECTIONS = {"relay", "custody", "scanner"}  # LICORNE_RELAY_HOST is [relay] host


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, text in environment.items():
        if not name.startswith("LICORNE_") or name.removeprefix("LICORNE_") in _NOT_SETTINGS:
            continue
        key = name.removeprefix("LICORNE_").lower()
        section, _bar, field = key.partition("_")
        if section in _SECTIONS:
            values.setdefault(section, {})[field] = text
        elif key in _LISTS:
            values[key] = [part.strip() for part in text.split(",") if part.strip()]
        else:
            values[key] = text
    return values


def _check(settings: Settings) -> None:
    if settings.public_url:
        parts = urlsplit(settings.public_url)
        if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path not in {"", "/"}:
            raise SettingsWrong(
                "public_url must look like https://text.example.org, with nothing after the name."
            )
    for name in ("http_port", "smtp_port", "smtps_port", "metrics_port"):
        if not 0 <= (getattr(settings, name) or 0) <= 65535:
            raise SettingsWrong(f"{name} must be a port between 0 and 65535.")
    for name in ("web_processes", "submission_processes", "worker_processes"):
        if not 1 <= getattr(settings, name) <= 64:
            raise SettingsWrong(f"{name} must be between 1 and 64.")
    if not 1 <= settings.api_requests_per_minute <= 1_000_000_000:
        raise SettingsWrong("api_requests_per_minute must be between 1 and 1000000000.")
    if bool(settings.tls_certificate) != bool(settings.tls_key):
        raise SettingsWrong("tls_certificate and tls_key go together: set both.")
    try:
        settings.networks()
    except ValueError as problem:
        raise SettingsWrong(
            f"trusted_proxies must be networks such as 10.0.0.0/8: {problem}."
        ) from problem
    for name, storage in (("blobs", settings.blobs), ("slots", settings.slots)):
        if storage.to:
            check_storage(name, storage)
    if settings.slots.to and settings.slots.to == settings.backup.to:
        raise SettingsWrong("slots.to and backup.to must be different buckets.")
    _check_backup(settings.backup)
    _check_custody(settings.custody)
    _check_relay(settings.relay)
    _check_scanner(settings.scanner)
    _check_carriers(settings.carriers)


def _check_carriers(carriers: tuple[Carrier, ...]) -> None:
    names = [carrier.name for carrier in carriers]
    if twice := {name for name in names if names.count(name) > 1}:
        raise SettingsWrong(f"Two carriers are called {min(twice)}: give each its own name.")
    for carrier in carriers:
        try:
            read_carrier(carrier.name, carrier.kind, carrier.settings)
        except CarrierSettingsWrong as problem:
            raise SettingsWrong(problem.sentence) from problem


def _check_backup(backup: Backup) -> None:
    if not 1 <= backup.slot_copies_kept_days <= 365:
        raise SettingsWrong("backup.slot_copies_kept_days must be between 1 and 365.")
    if backup.alarm_after_hours < 1:
        raise SettingsWrong("backup.alarm_after_hours must be 1 or more.")
    if backup.to.startswith("s3://"):
        check_storage("backup", backup.storage)


def _check_custody(custody: Custody) -> None:
    if custody.kind not in {"key_file", "passphrase", "vault", "aws_kms"}:
        raise SettingsWrong("custody.kind must be key_file, passphrase, vault or aws_kms.")
    if custody.kind in {"vault", "aws_kms"} and not custody.key:
        raise SettingsWrong("custody.key is missing: which key locks this installation's keys.")
    if custody.kind == "vault" and not custody.url:
        raise SettingsWrong("custody.url is missing: such as https://vault.example.org:8200.")
    for name, url in (("url", custody.url), ("endpoint", custody.endpoint)):
        parts = urlsplit(url)
        if url and (parts.scheme not in {"http", "https"} or not parts.netloc):
            raise SettingsWrong(f"custody.{name} must look like https://host:port.")
        if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
            raise SettingsWrong(f"custody.{name} must begin with https://.")


def _check_relay(relay: Relay) -> None:
    if relay.tls not in {"starttls", "implicit"}:
        raise SettingsWrong("relay.tls must be starttls or implicit: mail never goes unencrypted.")
    if not 0 <= relay.port <= 65535:
        raise SettingsWrong("relay.port must be a port between 0 and 65535.")
    if not relay.host:
        if relay.sender or relay.user:
            raise SettingsWrong("relay.host is missing: the name of the mail relay.")
        return
    try:
        parse_email_address(relay.sender)
    except EmailRefused as problem:
        raise SettingsWrong(
            f"relay.sender must be the address that mails come from. {problem.sentence}"
        ) from problem


def _check_scanner(scanner: Scanner) -> None:
    try:
        if scanner.address:
            parse_scanner_address(scanner.address)
    except ScannerAddressWrong as problem:
        raise SettingsWrong(f"scanner.address is wrong: {problem}.") from problem
    if not 0 < scanner.deadline_seconds <= 600:
        raise SettingsWrong("scanner.deadline_seconds must be between 0 and 600.")


_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def check_storage(name: str, storage: Storage) -> None:
    """Check that a store is named whole and spoken to over TLS. Raises `SettingsWrong`."""
    if not storage.to.startswith("s3://") or not urlsplit(storage.to).netloc:
        raise SettingsWrong(f"{name}.to must look like s3://bucket/prefix.")
    endpoint = urlsplit(storage.endpoint)
    if storage.endpoint and not endpoint.netloc:
        raise SettingsWrong(f"{name}.endpoint must look like https://s3.example.org.")
    if endpoint.scheme == "http" and endpoint.hostname not in _LOOPBACK:
        raise SettingsWrong(f"{name}.endpoint must begin with https://.")
