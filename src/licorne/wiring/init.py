"""`licorne init`: a new installation with its first organization and owner.

Prints once what has to be kept elsewhere: the owner's authenticator secret and the recovery kit
(the unseal key, without which nothing that is stored can ever be read).
"""

import asyncio
import getpass
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import asyncpg
import segno

from licorne.adapters.system import SystemClock, SystemRandomness
from licorne.application.governing.add_member import NewMember
from licorne.application.governing.found_organization import Founding, FoundOrganization
from licorne.domain.identity.domain_name import NotADomainNameError, normalised_domain_name
from licorne.domain.identity.email_address import (
    EmailAddress,
    EmailRefused,
    parse_email_address,
)
from licorne.domain.identity.language import Language
from licorne.domain.notice.wording_check import check_practice_name
from licorne.domain.pickup.password_rules import (
    PasswordContext,
    RefusedPassword,
    judge_password,
)
from licorne.ports.key_custody import KeyUnavailable
from licorne.store import organizations
from licorne.store.database import open_database
from licorne.vault.argon2_threads import Argon2Threads
from licorne.vault.passwords import PasswordVault
from licorne.vault.totp import make_totp_secret, provisioning_uri
from licorne.wiring.installation import database_url, open_installation, prepare
from licorne.wiring.private_files import write_private
from licorne.wiring.settings import Home, SettingsWrong, load_settings
from licorne.wiring.slot_places import create_slot_store

_KIT = """
Recovery kit - three sheets, each kept by somebody else and away from the server:
  1  the unseal key, and
  3  the slot store's sheet:       licorne kit --home {home} | lp
  2  the officer's share of {name}, shown only now. Without an officer's session it opens
     nothing; with one it stands in for a second officer, or for one who lost everything.
     Somebody outside who is no officer keeps it:

     {share}

Without the unseal key nothing that is stored can ever be read again.
"""
_DONE = """
{name} is ready. Start it with:

  licorne up --home {home}

The owner signs in at PUBLIC_URL/office as {email}, with a code of the authenticator app:
  {secret}
"""


@dataclass(frozen=True, slots=True)
class InitOptions:
    home: Path
    database_url: str | None
    name: str
    region: str
    time_zone: str
    language: Language
    phone: str | None
    text_domains: tuple[str, ...]
    owner_name: str
    owner_email: str
    password_file: Path | None


def run_init(options: InitOptions) -> int:
    """Set an installation up; gives the exit status. Refuses a database that is set up already."""
    try:
        asyncio.run(_init(options))
    except (SettingsWrong, KeyUnavailable) as problem:
        sys.stderr.write(f"{getattr(problem, 'sentence', problem)}\n")
        return 1
    except EmailRefused as problem:
        sys.stderr.write(f"{problem.sentence}\n")
        return 1
    except (OSError, asyncpg.PostgresError) as problem:
        sys.stderr.write(
            f"The database can't be used ({type(problem).__name__}). Check its URL, and that the"
            " user may create roles and a schema.\n"
        )
        return 1
    return 0


async def _init(options: InitOptions) -> None:
    home = Home(options.home.absolute())
    email = parse_email_address(options.owner_email)
    text_domains = _text_domains(options)
    _check_time_zone(options.time_zone)
    for finding in check_practice_name(options.name):
        sys.stderr.write(f"{finding.sentence}\n")
        if finding.blocking:
            raise SettingsWrong("Choose another name for the practice.")
    password = _password(options, email)
    owner_url = database_url(home, options.database_url or os.environ.get("LICORNE_DATABASE_URL"))
    settings = load_settings(home)
    await prepare(home, owner_url, settings)
    await create_slot_store(home, settings, SystemRandomness())
    if await _has_organizations(owner_url):
        raise SettingsWrong("This database is set up already; `licorne up` starts it.")
    write_private(home.database_url, owner_url + "\n")
    secret = make_totp_secret(SystemRandomness())
    share = await _found(
        home,
        owner_url,
        options,
        text_domains,
        NewMember(options.owner_name, email, password, secret),
    )
    segno.make(provisioning_uri(secret, email.text, options.name)).terminal(
        out=sys.stdout, compact=True
    )
    sys.stdout.write(
        _DONE.format(name=options.name, home=home.path, email=email.text, secret=secret)
    )
    sys.stdout.write(_KIT.format(home=home.path, name=options.name, share=share))


async def _found(
    home: Home,
    owner_url: str,
    options: InitOptions,
    text_domains: tuple[str, ...],
    owner: NewMember,
) -> str:
    database = await open_database(owner_url, size=2)
    threads = Argon2Threads()
    try:
        opened = await open_installation(home, database, load_settings(home))
        clock, randomness = SystemClock(), SystemRandomness()
        passwords = PasswordVault(opened.keyring, randomness, threads)
        found = FoundOrganization(database, opened.keyring, passwords, clock, randomness)
        founded = await found(
            Founding(
                name=options.name,
                region=options.region,
                time_zone=options.time_zone,
                language=options.language,
                phone=options.phone,
                text_domains=text_domains,
                owner=owner,
                with_kit=True,
            )
        )
        return founded.share or ""
    finally:
        threads.close()
        await database.close()


async def _has_organizations(owner_url: str) -> bool:
    database = await open_database(owner_url, size=1)
    try:
        async with database.before_tenant() as connection:
            return bool(await organizations.list_all(connection))
    finally:
        await database.close()


def _text_domains(options: InitOptions) -> tuple[str, ...]:
    try:
        return tuple(normalised_domain_name(domain) for domain in options.text_domains)
    except NotADomainNameError as problem:
        raise SettingsWrong(
            "A text domain must look like text.example.org, whose MX points to this server."
        ) from problem


def _check_time_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as problem:
        raise SettingsWrong(
            f"{name} isn't a time zone. Write one such as America/New_York."
        ) from problem


def _password(options: InitOptions, email: EmailAddress) -> str:
    """Take the owner's password from a file, or ask for it twice."""
    if options.password_file is not None:
        typed = options.password_file.read_text(encoding="utf-8").rstrip("\n")
    else:
        typed = getpass.getpass("A password for the owner: ")
        if getpass.getpass("The same again: ") != typed:
            raise SettingsWrong("The two passwords differ. Nothing was changed; try again.")
    judged = judge_password(
        typed,
        PasswordContext(
            practice_name=options.name,
            person_name=options.owner_name,
            email=email,
        ),
    )
    if isinstance(judged, RefusedPassword):
        raise SettingsWrong(judged.sentence)
    return judged.normalised
