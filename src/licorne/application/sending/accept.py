"""Accepts a sealed message: durable, with its deliveries, jobs and audit row, or not at all."""

from collections.abc import Sequence

from licorne.store import accepted_messages
from licorne.store.accepted_messages import AcceptedMessage
from licorne.store.batcher import Batcher
from licorne.store.database import Database


class AcceptMessage:
    """Writes through the intake role, which may insert for any organization and read nothing.

    When it returns, the transaction has committed with ``synchronous_commit=on``: only then may an
    edge acknowledge.
    """

    def __init__(self, database: Database) -> None:
        self._connection = database.lasting()
        self._after_commit = database.after_commit
        self._batcher = Batcher(self._write)

    async def __call__(self, message: AcceptedMessage) -> None:
        """Raise what ``accepted_messages.insert`` raises for this message alone."""
        await self._batcher.submit(message)

    async def _write(self, messages: Sequence[AcceptedMessage]) -> list[None]:
        connection = await self._connection()
        with self._after_commit.collecting(connection):
            await accepted_messages.insert(connection, messages)
        return [None] * len(messages)
