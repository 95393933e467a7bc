"""Says whether this process can take requests now: its database answers."""

from licorne.store import health
from licorne.store.database import Database


class CheckReady:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def __call__(self) -> bool:
        return await health.answers(self._database)
