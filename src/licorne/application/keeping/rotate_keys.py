"""Rotates the keys of the hierarchy while Licorne runs: for whoever runs the machine.

A new version of a subkey is published first and in use a little later, when every process has met
it. What an older one locked still opens; it is destroyed when nothing needs it any more. Each step
can be killed and run again: where it stands is in the rows themselves.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from licorne.application.governing.record_holders import RecordHolders
from licorne.application.governing.team_keys import TeamKeys
from licorne.application.new_ids import NewIds
from licorne.domain.audit.event import AuditEvent
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.actor import Actor
from licorne.domain.identity.ids import OrganizationId
from licorne.domain.sealing.records import InstallationKeyName, InstallationKeyRow
from licorne.ports.clock import Clock
from licorne.ports.key_custody import KeyCustody
from licorne.ports.randomness import Randomness
from licorne.store import audit, installations, key_needs, organizations, record_keys, teams
from licorne.store.database import Connection, Database
from licorne.vault.keyring import Keyring
from licorne.vault.keyring_rows import in_use, make_key_version

IN_USE_AFTER = timedelta(seconds=30)  # six times what a process takes to look
_AT_ONCE = 200  # fields in one transaction

# It finds numbers, addresses, app passwords and tokens; the last two exist as its HMACs only.
FIXED = frozenset({InstallationKeyName.LOOKUP})


@dataclass(frozen=True, slots=True)
class KeyStanding:
    """One version of one subkey. ``needed``: by how much; none where it is kept for ever."""

    name: InstallationKeyName
    version: int
    in_use: bool
    in_use_at: datetime | None
    needed: int | None


class RotateKeys:
    def __init__(
        self,
        owner_database: Database,
        app: Database,
        keyring: Keyring,
        custody: KeyCustody,
        holders: RecordHolders,
        team_keys: TeamKeys,
        clock: Clock,
        randomness: Randomness,
    ) -> None:
        self._owner = owner_database
        self._app = app
        self._keyring = keyring
        self._custody = custody
        self._holders = holders
        self._team_keys = team_keys
        self._clock = clock
        self._randomness = randomness
        self._new_id = NewIds(clock, randomness)

    async def standing(self) -> tuple[KeyStanding, ...]:
        """List every version of every subkey, and how much still needs it."""
        now = self._clock.now()
        async with self._owner.before_tenant() as connection:
            rows = sorted(
                await installations.fetch_keys(connection), key=lambda row: (row.name, row.version)
            )
            current = in_use(rows, now)
            needs = {
                InstallationKeyName.PEPPER: await key_needs.by_pepper(connection),
                InstallationKeyName.ENROL: await key_needs.by_enrol(connection),
                InstallationKeyName.FIELDS: await key_needs.by_fields(connection),
                InstallationKeyName.LINK: await self._links(connection, rows, now),
            }
        return tuple(
            KeyStanding(
                row.name,
                row.version,
                current[row.name] == row.version,
                row.in_use_at,
                needs[row.name].get(row.version, 0) if row.name in needs else None,
            )
            for row in rows
        )

    async def publish(self, name: InstallationKeyName) -> KeyStanding:
        """Make the next version of a subkey; one that waits to come into use is left as it is."""
        if name in FIXED:
            raise ValueError("this key can't be rotated")
        now = self._clock.now()
        async with self._owner.before_tenant() as connection, connection.transaction():
            await installations.hold_keys(connection)
            rows = [row for row in await installations.fetch_keys(connection) if row.name is name]
            newest = max(rows, key=lambda row: row.version)
            if newest.in_use_at is None or newest.in_use_at <= now:
                newest = await make_key_version(
                    self._custody, self._randomness, name, newest.version + 1, now + IN_USE_AFTER
                )
                await installations.add_keys(connection, [newest])
                await self._record(connection, Tag.KEY_ROTATED, f"{name.value}/{newest.version}")
        return KeyStanding(name, newest.version, in_use=False, in_use_at=newest.in_use_at, needed=0)

    async def seal_fields_anew(self, progress: Callable[[int], None] = lambda _done: None) -> int:
        """Seal every field under the version in use; gives how many were."""
        version = self._keyring.current_version(InstallationKeyName.FIELDS)
        done = 0
        for column in key_needs.SEALED_COLUMNS:
            while True:
                async with self._owner.before_tenant() as connection, connection.transaction():
                    found = await key_needs.fields_not_under(connection, column, version, _AT_ONCE)
                    for field in found:
                        context = f"{column.context}:{field.organization}:{field.id}"
                        text = self._keyring.open_field(context, field.sealed)
                        sealed = self._keyring.seal_field(context, text)
                        await key_needs.replace_field(connection, column, field, sealed)
                done += len(found)
                progress(done)
                if len(found) < _AT_ONCE:
                    break
        return done

    async def retire(self) -> tuple[KeyStanding, ...]:
        """Destroy the older versions that nothing needs; gives those that are gone."""
        now = self._clock.now()
        gone = []
        for one in await self.standing():
            # A process that hasn't looked for a while may still seal with the one before.
            newer = [
                other
                for other in await self.standing()
                if other.name is one.name and other.in_use and other.version > one.version
            ]
            settled = newer and newer[0].in_use_at and newer[0].in_use_at + IN_USE_AFTER <= now
            if settled and not one.in_use and one.needed == 0:
                async with self._owner.before_tenant() as connection, connection.transaction():
                    await installations.remove_key(connection, one.name, one.version)
                    await self._record(
                        connection, Tag.KEY_RETIRED, f"{one.name.value}/{one.version}"
                    )
                gone.append(one)
        return tuple(gone)

    async def record_keys(self) -> int:
        """Give every practice's record key its next version, locked to whoever holds it now."""
        count = 0
        for organization in await self._organizations():
            async with self._app.tenant(organization) as connection:
                await record_keys.hold(connection, organization)
                if not await record_keys.fetch_locked(connection, organization):
                    continue  # nobody opens it in any way: a new one would be lost as well
                key = await self._holders.renew(connection, organization)
                await self._record(
                    connection, Tag.KEY_ROTATED, f"record/{key.row.version}", organization
                )
                count += 1
        return count

    async def team_keys(self) -> int:
        """Give every team its next key, locked to those who hold the one before."""
        count = 0
        for organization in await self._organizations():
            async with self._app.tenant(organization) as connection:
                for team in await teams.fetch_all(connection, organization):
                    if team.members:
                        await self._team_keys.renew(connection, organization, team.id, team.members)
                        await self._record(connection, Tag.KEY_ROTATED, "team", organization)
                        count += 1
        return count

    async def _organizations(self) -> list[OrganizationId]:
        async with self._owner.before_tenant() as connection:
            return [identity for identity, _name in await organizations.list_all(connection)]

    async def _links(
        self, connection: Connection, rows: list[InstallationKeyRow], now: datetime
    ) -> dict[int, int]:
        """Say how many links of a version are still good: made before the next came into use."""
        ours = [row for row in rows if row.name is InstallationKeyName.LINK]
        found: dict[int, int] = {}
        counted = 0
        for row, following in zip(ours, [*ours[1:], None], strict=True):
            until = now if following is None or following.in_use_at is None else following.in_use_at
            before = await key_needs.links_before(connection, until, now)
            found[row.version] = before - counted
            counted = before
        return found

    async def _record(
        self,
        connection: Connection,
        tag: Tag,
        detail: str,
        organization: OrganizationId | None = None,
    ) -> None:
        event = AuditEvent(
            id=self._new_id(),
            organization=organization,
            at=self._clock.now(),
            tag=tag,
            actor=Actor.operator(),
            subject=organization,
            detail=detail,
        )
        await audit.record(connection, event)
