"""The usual announcement, for many deliveries of an organization at once.

Nearly every notice goes the same way: nothing was tried before, one carrier is asked, and it takes
the text. Alone, that costs two transactions with a wait for the disk each; jobs that come together
share them. What isn't so (a second try, a no, a doubt) is left to `announce.py`, which decides
each by itself; both write the same rows.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from licorne.application.sending.announcement_rules import AnnouncementRules, Asking
from licorne.application.sending.notice_progress import NoticeProgress
from licorne.domain.identity.ids import OrganizationId
from licorne.domain.notice.next_step import Ask
from licorne.ports.clock import Clock
from licorne.ports.sms_carrier import Accepted
from licorne.store import notices, receipts
from licorne.store.batcher import Batchers
from licorne.store.database import Database
from licorne.store.jobs import Announce, NoticeKind
from licorne.store.notices import NewAttempt, NewLink, NoticeFacts


@dataclass(frozen=True, slots=True)
class _First:
    job: Announce
    announcement: uuid.UUID


@dataclass(frozen=True, slots=True)
class Taken:
    """A carrier's yes to a first notice."""

    asking: Asking
    answer: Accepted


class FirstTries:
    def __init__(
        self,
        database: Database,
        rules: AnnouncementRules,
        progress: NoticeProgress,
        clock: Clock,
    ) -> None:
        self._database = database
        self._rules = rules
        self._progress = progress
        self._clock = clock
        self._beginning: Batchers[OrganizationId, _First, Asking | None] = Batchers(self._begin)
        self._taken: Batchers[OrganizationId, Taken, None] = Batchers(self._write_down)

    async def begin(self, job: Announce, announcement: uuid.UUID) -> Asking | None:
        """Commit the first try as *sending*; nothing when this isn't the usual way."""
        return await self._beginning.submit(job.organization, _First(job, announcement))

    @staticmethod
    def takes_down(asking: Asking) -> bool:
        """Say whether a yes to this may be written down here."""
        return asking.attempt.kind is NoticeKind.NOTICE and not asking.asked_before

    async def write_down(self, organization: OrganizationId, taken: Taken) -> None:
        await self._taken.submit(organization, taken)

    async def _begin(
        self, organization: OrganizationId, firsts: Sequence[_First]
    ) -> list[Asking | None]:
        async with self._database.tenant(organization) as connection:
            deliveries = {first.job.delivery for first in firsts}
            facts = await notices.facts(connection, organization, deliveries)
            begun = await notices.begun(
                connection, organization, facts, (first.announcement for first in firsts)
            )
            beginning: list[tuple[NewAttempt, NewLink | None]] = []
            results: list[Asking | None] = []
            for first in firsts:
                # A second job for the same delivery must see the link that the first one makes.
                known = facts.pop(first.job.delivery, None)
                usual = (
                    None
                    if known is None or first.announcement in begun
                    else self._usual(first, known)
                )
                if usual is not None:
                    beginning.append(usual[1:])
                results.append(None if usual is None else usual[0])
            if beginning:
                await notices.begin(connection, organization, beginning, self._clock.now())
        return results

    def _usual(
        self, first: _First, facts: NoticeFacts
    ) -> tuple[Asking, NewAttempt, NewLink | None] | None:
        job = first.job
        if self._rules.is_overtaken(facts, job.kind):
            return None
        number = self._rules.number(job.organization, facts)
        step = self._rules.decide(facts, job.kind, number, ())
        if not isinstance(step, Ask):
            return None
        link = self._rules.new_link(job.delivery, facts)
        return self._rules.asking(job, first.announcement, facts, number, link, step)

    async def _write_down(self, organization: OrganizationId, taken: Sequence[Taken]) -> list[None]:
        answers = [(one.asking.attempt, one.answer) for one in taken]
        told = [
            (one.asking.attempt, one.answer.reference)
            for one in taken
            if one.asking.carrier.capabilities.receipts and one.answer.reference is not None
        ]
        async with self._database.tenant(organization) as connection:
            if told:
                named = ((attempt.carrier, reference) for attempt, reference in told)
                await receipts.in_turn(connection, *named)
            await self._progress.taken_together(connection, organization, answers)
            if told:
                await self._progress.came_early(connection, organization, told)
        return [None] * len(taken)
