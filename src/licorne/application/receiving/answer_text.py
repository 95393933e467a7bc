"""Answers a text from a phone, once and within five minutes, or not at all.

The answer is committed as *sending* before the carrier is asked: one that is found so was
interrupted, and isn't sent again.
"""

import asyncio
import uuid
from datetime import timedelta

import structlog

from licorne.application.sending.carriers import Carriers
from licorne.domain.consent.answer_words import Said
from licorne.domain.identity.ids import OrganizationId
from licorne.domain.identity.language import Language
from licorne.domain.notice.carrier_reason import Remedy
from licorne.domain.notice.text_answer import ANSWER_WITHIN, TextAnswer, text_answer
from licorne.ports.clock import Clock
from licorne.ports.sms_carrier import Accepted, Answer, Outbound, Rejected, SmsCarrier, Unknown
from licorne.store import inbound_texts, jobs
from licorne.store.database import Database
from licorne.store.inbound_texts import AnswerFacts, AnswerState
from licorne.vault.keyring import Keyring
from licorne.vault.personal_fields import open_contact_number

_DEADLINE = 30.0  # seconds
_PAUSE = timedelta(seconds=15)
_ANSWERS = {
    Said.STOP: TextAnswer.STOPPED,
    Said.START: TextAnswer.STARTED,
    Said.HELP: TextAnswer.HELP,
    Said.OTHER: TextAnswer.USE_LINK,
}

log = structlog.get_logger("licorne.receiving")


class AnswerText:
    def __init__(
        self, database: Database, keyring: Keyring, carriers: Carriers, clock: Clock
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._carriers = carriers
        self._clock = clock

    async def __call__(self, job: jobs.AnswerText) -> timedelta | None:
        """Send the answer; give how long to wait where the carrier surely didn't take it."""
        prepared = await self._prepare(job)
        if prepared is None:
            return None
        carrier, message = prepared
        answer = await self._ask(carrier, message)
        async with self._database.tenant(job.organization) as connection:
            state = _state_after(answer)
            await inbound_texts.set_answer(connection, job.organization, job.text, state)
        return _PAUSE if state is AnswerState.WAITING else None

    async def _prepare(self, job: jobs.AnswerText) -> tuple[SmsCarrier, Outbound] | None:
        """Commit that the carrier is asked, or why it isn't."""
        async with self._database.tenant(job.organization) as connection:
            facts = await inbound_texts.answer_facts(connection, job.organization, job.text)
            if facts is None:
                return None
            carrier = self._carriers.by_name.get(facts.carrier)
            state = self._next(facts, carrier)
            if state is not None:
                await inbound_texts.set_answer(connection, job.organization, job.text, state)
        if carrier is None or state is not AnswerState.SENDING:
            return None
        return carrier, self._message(job.organization, job.text, facts)

    def _next(self, facts: AnswerFacts, carrier: SmsCarrier | None) -> AnswerState | None:
        """Decide what becomes of an answer; nothing where it is over."""
        if facts.answer is AnswerState.SENDING:
            return AnswerState.IN_DOUBT
        if facts.answer is not AnswerState.WAITING:
            return None
        if self._clock.now() - facts.received_at > ANSWER_WITHIN:
            return AnswerState.LATE
        if carrier is None:
            return AnswerState.FAILED
        if facts.opted_out and facts.said not in {Said.STOP, Said.HELP}:
            return AnswerState.NONE  # they have said STOP meanwhile
        return AnswerState.SENDING

    def _message(
        self, organization: OrganizationId, text: uuid.UUID, facts: AnswerFacts
    ) -> Outbound:
        language = (
            facts.contact_language
            or (facts.word_language if facts.word_language is Language.SPANISH else None)
            or facts.practice_language
            or Language.ENGLISH
        )
        number = open_contact_number(
            self._keyring, organization, facts.contact, facts.number_sealed
        )
        words = text_answer(_ANSWERS[facts.said], language, facts.practice, facts.phone)
        return Outbound(text, number, words, facts.received_at + ANSWER_WITHIN)

    async def _ask(self, carrier: SmsCarrier, message: Outbound) -> Answer:
        try:
            async with asyncio.timeout(_DEADLINE):
                return await carrier.send(message)
        except TimeoutError:
            return Unknown("deadline")
        except Exception as problem:  # noqa: BLE001 - it may have been sent
            log.warning("carrier fault", carrier=carrier.name, kind=type(problem).__name__)
            return Unknown("fault")


def _state_after(answer: Answer) -> AnswerState:
    match answer:
        case Accepted():
            return AnswerState.SENT
        case Rejected(reason):
            later = reason.remedy is Remedy.TRY_LATER
            return AnswerState.WAITING if later else AnswerState.FAILED
        case _:
            return AnswerState.IN_DOUBT
