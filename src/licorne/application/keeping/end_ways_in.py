"""After a restore: what people and programs got in by at the backup's moment ends.

Some of it was ended after the backup was made, and nobody can tell which. So sessions end in any
case, and tokens, app passwords, passkeys and open invitations unless the operator knows that none
was revoked (threat 24). Each stands in its practice's trail. Passwords and authenticators stay:
people sign in with them and make the others anew.
"""

from licorne.application.new_ids import NewIds
from licorne.domain.audit.event import AuditEvent
from licorne.domain.identity.actor import Actor
from licorne.ports.clock import Clock
from licorne.ports.randomness import Randomness
from licorne.store import audit, ways_in
from licorne.store.database import Database


class EndWaysIn:
    def __init__(self, database: Database, clock: Clock, randomness: Randomness) -> None:
        """``database`` is the schema owner's: it is about every practice."""
        self._database = database
        self._clock = clock
        self._new_id = NewIds(clock, randomness)

    async def __call__(self, *, sessions_only: bool) -> int:
        """End them; give how many ended beside the sessions."""
        now = self._clock.now()
        async with self._database.before_tenant() as connection, connection.transaction():
            await ways_in.end_all_sessions(connection)
            if sessions_only:
                return 0
            ended = await ways_in.end_all(connection, now)
            events = (
                AuditEvent(
                    self._new_id(),
                    organization,
                    now,
                    tag,
                    Actor.operator(),
                    subject,
                    detail="restored",
                )
                for tag, organization, subject in ended
            )
            await audit.record_many(connection, tuple(events))
        return len(ended)
