"""A program sees that there are conversations in the inboxes it stands for, and how they stand.

Never what is said in them: that takes a key, and a token holds none.
"""

from dataclasses import dataclass

from licorne.application.governing.authenticate_token import ApiCaller
from licorne.application.governing.program_acts import ProgramActs, inboxes_of
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.ids import ThreadId
from licorne.domain.message.thread import ThreadCursor, ThreadSummary
from licorne.store import threads
from licorne.store.database import Database

MOST_IN_A_PAGE = 100
_MOST_WITH_ONE_CONTACT = 100  # one thread an inbox and number epoch


@dataclass(frozen=True, slots=True)
class ThreadPage:
    """A page of threads, the latest first; ``next`` is the cursor of the page after it."""

    threads: tuple[ThreadSummary, ...]
    next: ThreadCursor | None


class ThreadsByProgram:
    def __init__(self, database: Database, acts: ProgramActs) -> None:
        self._database = database
        self._acts = acts

    async def page(self, caller: ApiCaller, after: ThreadCursor | None, limit: int) -> ThreadPage:
        limit = max(1, min(limit, MOST_IN_A_PAGE))
        async with self._database.tenant(caller.organization) as connection:
            inboxes = await inboxes_of(connection, caller)
            found = await threads.summaries(
                connection, caller.organization, inboxes, None, after=after, most=limit + 1
            )
            await self._acts.record(connection, caller, Tag.API_SAW_THREADS)
        shown = found[:limit]
        more = len(found) > limit
        return ThreadPage(
            shown, ThreadCursor(shown[-1].last_at, shown[-1].thread.id) if more else None
        )

    async def one(self, caller: ApiCaller, thread: ThreadId) -> ThreadSummary | None:
        organization = caller.organization
        async with self._database.tenant(organization) as connection:
            inboxes = await inboxes_of(connection, caller)
            found = await threads.fetch(connection, organization, thread, inboxes)
            if found is None:
                return None
            with_them = await threads.summaries(
                connection,
                organization,
                inboxes,
                None,
                contact=found.contact,
                most=_MOST_WITH_ONE_CONTACT,
            )
            await self._acts.record(connection, caller, Tag.API_SAW_THREADS, thread)
        return next((one for one in with_them if one.thread.id == thread), None)
