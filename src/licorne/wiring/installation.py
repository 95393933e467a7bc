"""An installation at rest: its folders, keys and roles are made once and opened at every start."""

import secrets
import tomllib
import uuid
from dataclasses import dataclass

from licorne.adapters.system import SystemClock, SystemRandomness
from licorne.ports.key_custody import KeyUnavailable
from licorne.store import installations
from licorne.store.database import Database, open_database, url_for_role
from licorne.store.roles import RuntimeRole, set_role_passwords
from licorne.store.schema_versions import known_versions, present_version
from licorne.vault.keyring import Keyring
from licorne.vault.keyring_rows import make_keyring_rows, open_keyring
from licorne.wiring.custody import create_custody, custody_of
from licorne.wiring.private_files import make_private_folder, read_private, write_private
from licorne.wiring.settings import Home, Settings, SettingsWrong


@dataclass(frozen=True, slots=True)
class RoleUrls:
    """How each runtime role logs in to the database."""

    owner: str
    app: str
    intake: str
    worker: str


def database_url(home: Home, environment_url: str | None, file: str = "") -> str:
    """Find the schema owner's URL: in the environment, a named file, or the home's secrets."""
    if environment_url:
        return environment_url
    path = home.database_url if not file else home.path / file
    if not path.exists():
        raise SettingsWrong(
            "No database is named. Put its URL (postgresql://user:password@host/name?sslmode="
            f"verify-full) into {path}, or into LICORNE_DATABASE_URL."
        )
    return read_private(path)


async def prepare(home: Home, owner_url: str, settings: Settings | None = None) -> bool:
    """Make whatever is missing: folders, unseal key, schema, roles, keyring. True when new.

    Idempotent: what is there stays. A database that has keys already is never given a new unseal
    key, since that would lose everything in it.
    """
    make_private_folder(home.path)
    for folder in (home.secrets, home.unseal_key.parent, home.slots, home.blobs, home.audit_heads):
        make_private_folder(folder)
    await refuse_newer_schema(owner_url)
    # Alembic takes longer to import than most commands take to run, and only this needs it.
    from licorne.store.migrate import migrate

    await migrate(owner_url)
    await set_role_passwords(owner_url, role_passwords(home))
    randomness = SystemRandomness()
    owner = await open_database(owner_url, size=1)
    try:
        async with owner.before_tenant() as connection, connection.transaction():
            if await installations.fetch_id(connection) is not None:
                return False
            custody = create_custody(home, settings or Settings())
            rows = await make_keyring_rows(custody, randomness)
            await installations.add(connection, uuid.uuid4(), SystemClock().now())
            await installations.add_keys(connection, rows)
            return True
    finally:
        await owner.close()


async def refuse_newer_schema(owner_url: str) -> None:
    """Older code must not write to newer data: it doesn't know what would be lost."""
    present, known = await present_version(owner_url), known_versions()
    if present is not None and present not in known:
        raise SettingsWrong(
            "A newer Licorne has changed this database. Install that release or a newer one;"
            " older code must not write to newer data."
        )


async def insist_on_schema(owner_url: str) -> None:
    """Raise `SettingsWrong` unless the database's schema is this code's."""
    await refuse_newer_schema(owner_url)
    present = await present_version(owner_url)
    if present is not None and present != known_versions()[-1]:
        raise SettingsWrong("The database's schema is older than this release: licorne upgrade.")


def role_urls(home: Home, owner_url: str) -> RoleUrls:
    """Give each role's URL, from the owner's and the role passwords in the home's secrets."""
    passwords = role_passwords(home)
    return RoleUrls(
        owner=owner_url,
        app=url_for_role(owner_url, RuntimeRole.APP, passwords[RuntimeRole.APP]),
        intake=url_for_role(owner_url, RuntimeRole.INTAKE, passwords[RuntimeRole.INTAKE]),
        worker=url_for_role(owner_url, RuntimeRole.WORKER, passwords[RuntimeRole.WORKER]),
    )


@dataclass(frozen=True, slots=True)
class OpenedInstallation:
    id: uuid.UUID
    keyring: Keyring


async def open_installation(
    home: Home, database: Database, settings: Settings | None = None
) -> OpenedInstallation:
    """Unseal: open the keyring. Raises ``KeyUnavailable`` while the key isn't to be had."""
    async with database.before_tenant() as connection:
        identity = await installations.fetch_id(connection)
        rows = await installations.fetch_keys(connection)
    if identity is None:
        raise KeyUnavailable(
            "This database was not set up yet. Run `licorne init` first.",
            "the table installation is empty",
        )
    randomness = SystemRandomness()
    custody = custody_of(home, settings or Settings())
    keyring = await open_keyring(custody, rows, randomness, SystemClock().now())
    return OpenedInstallation(identity, keyring)


def role_passwords(home: Home) -> dict[RuntimeRole, str]:
    """Read the runtime roles' passwords, making them where there are none."""
    if not home.role_passwords.exists():
        lines = [f'{role.value} = "{secrets.token_urlsafe(24)}"' for role in RuntimeRole]
        write_private(home.role_passwords, "\n".join(lines) + "\n")
    stored = tomllib.loads(home.role_passwords.read_text(encoding="utf-8"))
    return {role: stored[role.value] for role in RuntimeRole}
