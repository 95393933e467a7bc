"""The demo's practice: an organization, its owner, an app password and a token, made once.

Their secrets lie in the home, since somebody who tries Licorne must be told them at every start.
No real installation keeps such a file.
"""

from datetime import timedelta

import msgspec

from licorne.adapters.system import SystemClock, SystemRandomness
from licorne.application.governing.add_member import NewMember
from licorne.application.governing.found_organization import (
    Founded,
    Founding,
    FoundOrganization,
)
from licorne.application.new_ids import NewIds
from licorne.domain.identity.actor import Actor, ActorKind
from licorne.domain.identity.api_token import ApiToken, Scope
from licorne.domain.identity.app_password import AppPassword
from licorne.domain.identity.email_address import parse_email_address
from licorne.domain.identity.ids import AppPasswordId, TokenId
from licorne.domain.pickup.passphrase import generate_passphrase
from licorne.domain.sealing.password_parameters import PasswordCosts
from licorne.store import app_passwords, tokens
from licorne.store.database import Database, open_database
from licorne.vault.access_secrets import (
    api_token_lookup,
    app_password_lookup,
    make_api_token,
    make_app_password,
)
from licorne.vault.argon2_threads import Argon2Threads
from licorne.vault.keyring import Keyring
from licorne.vault.passwords import PasswordVault
from licorne.vault.totp import code_at, make_totp_secret
from licorne.wiring.installation import open_installation
from licorne.wiring.private_files import write_private
from licorne.wiring.settings import Home

NAME = "Riverbend Family Practice"
OWNER_NAME = "Dr. Alice Moreau"
OWNER_EMAIL = "alice@riverbend.example"
PHONE = "(212) 555-0100"
_NO_LIMIT = 2_000_000_000
_TOKEN_LIFETIME = timedelta(days=365)


class DemoPractice(msgspec.Struct, frozen=True):
    """What a person who tries the demo needs to know."""

    organization: str
    organization_id: str
    email: str
    password: str
    totp_secret: str
    app_password: str
    api_token: str


async def demo_practice(
    home: Home, owner_url: str, costs: PasswordCosts | None = None
) -> DemoPractice:
    """Give the demo's practice, making it at the first start.

    ``costs`` are of its owner's password, for tests in a hurry.
    """
    if home.demo_practice.exists():
        return msgspec.json.decode(home.demo_practice.read_bytes(), type=DemoPractice)
    owner = await open_database(owner_url, size=2)
    try:
        opened = await open_installation(home, owner)
        practice = await _make(owner, opened.keyring, costs)
    finally:
        await owner.close()
    text = msgspec.json.format(msgspec.json.encode(practice), indent=2).decode()
    write_private(home.demo_practice, text + "\n")
    return practice


async def _make(owner: Database, keyring: Keyring, costs: PasswordCosts | None) -> DemoPractice:
    clock, randomness = SystemClock(), SystemRandomness()
    password = generate_passphrase(randomness.bytes).shown
    totp_secret = make_totp_secret(randomness)
    threads = Argon2Threads()
    found = FoundOrganization(
        owner, keyring, PasswordVault(keyring, randomness, threads, costs), clock, randomness
    )
    try:
        founded = await found(
            Founding(
                name=NAME,
                region="US",
                time_zone="America/New_York",
                phone=PHONE,
                daily_quota=_NO_LIMIT,
                owner=NewMember(
                    OWNER_NAME, parse_email_address(OWNER_EMAIL), password, totp_secret
                ),
            )
        )
    finally:
        threads.close()
    app_password, token = make_app_password(randomness), make_api_token(randomness)
    await _add_access(owner, keyring, founded, app_password, token)
    return DemoPractice(
        organization=NAME,
        organization_id=str(founded.organization),
        email=OWNER_EMAIL,
        password=password,
        totp_secret=totp_secret,
        app_password=app_password,
        api_token=token,
    )


async def _add_access(
    owner: Database, keyring: Keyring, founded: Founded, app_password: str, token: str
) -> None:
    clock, randomness = SystemClock(), SystemRandomness()
    new_id, now = NewIds(clock, randomness), clock.now()
    async with owner.tenant(founded.organization) as connection:
        await app_passwords.add(
            connection,
            AppPassword(
                organization=founded.organization,
                id=AppPasswordId(new_id()),
                member=founded.owner,
                label="Demo email program",
                secret_hash=app_password_lookup(keyring, app_password),
                daily_cap=_NO_LIMIT,
                created_at=now,
            ),
        )
        await tokens.add(
            connection,
            ApiToken(
                organization=founded.organization,
                id=TokenId(new_id()),
                actor=Actor(ActorKind.MEMBER, founded.owner),
                label="Demo token",
                scopes=frozenset(Scope),
                secret_hash=api_token_lookup(keyring, token),
                created_at=now,
                expires_at=now + _TOKEN_LIFETIME,
            ),
        )


def current_code(home: Home) -> str | None:
    """Give the owner's one-time code of this moment; None where no demo was started yet."""
    if not home.demo_practice.exists():
        return None
    practice = msgspec.json.decode(home.demo_practice.read_bytes(), type=DemoPractice)
    return code_at(practice.totp_secret, SystemClock().now().timestamp())
