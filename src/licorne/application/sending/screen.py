"""Screens a draft: fetches the facts and asks policy. Decides, and changes nothing but the quota.

The quota is reserved in the same round trip as the facts are fetched, so that two messages at once
can't both take the last place; what a refused message had reserved is given back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from licorne.application.sending.outcome import Refusal, Refused
from licorne.domain.identity.actor import Actor
from licorne.domain.identity.ids import OrganizationId
from licorne.domain.identity.phone_number import PhoneNumber
from licorne.domain.message.draft import Draft
from licorne.domain.policy.facts import REFUSED_FILE_TYPES, RecipientFacts, SenderFacts
from licorne.domain.policy.rules import Asked, judge
from licorne.domain.policy.verdict import Reason, Refuse, Seal
from licorne.ports.clock import Clock
from licorne.store.batcher import Batcher
from licorne.store.database import Database
from licorne.store.intake_facts import FactsAsked, IntakeFacts, fetch_facts, take_quota
from licorne.vault.keyring import Keyring
from licorne.vault.personal_fields import number_lookup

NOBODY_LOOKUP = b""  # matches no contact: asks for the sender's facts alone


@dataclass(frozen=True, slots=True)
class ScreenedRecipient:
    number: PhoneNumber
    facts: IntakeFacts
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Screened:
    """A draft that policy lets pass, with what sealing needs to know."""

    draft: Draft
    sender: IntakeFacts  # any recipient's: the sender's part is the same in all
    recipients: tuple[ScreenedRecipient, ...]


@dataclass(frozen=True, slots=True)
class FactsRequest:
    asked: tuple[FactsAsked, ...]
    organization: OrganizationId
    reserve: int
    day: date


@dataclass(frozen=True, slots=True)
class FactsAnswer:
    facts: tuple[IntakeFacts, ...]
    used_before: int


class IntakeFactsReader:
    """Fetches facts for many drafts at once (its database role may call two functions only)."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.batcher = Batcher(self._fetch)

    async def _fetch(self, requests: Sequence[FactsRequest]) -> list[FactsAnswer]:
        asked = [one for request in requests for one in request.asked]
        async with self._database.before_tenant() as connection:
            facts = _found(await fetch_facts(connection, asked))
            used = await take_quota(
                connection,
                [(request.organization, request.reserve) for request in requests],
                requests[0].day,
            )
        answers, start = [], 0
        for request, used_before in zip(requests, used, strict=True):
            end = start + len(request.asked)
            answers.append(FactsAnswer(tuple(facts[start:end]), used_before))
            start = end
        return answers

    async def give_back(self, organization: OrganizationId, count: int, day: date) -> None:
        """Return what a refused message had reserved."""
        async with self._database.before_tenant() as connection:
            await take_quota(connection, [(organization, -count)], day)


def _found(facts: Sequence[IntakeFacts | None]) -> list[IntakeFacts]:
    found = [one for one in facts if one is not None]
    if len(found) != len(facts):
        raise LookupError("no such organization")
    return found


class ScreenMessage:
    def __init__(self, reader: IntakeFactsReader, keyring: Keyring, clock: Clock) -> None:
        self._reader = reader
        self._keyring = keyring
        self._clock = clock

    async def __call__(self, draft: Draft) -> Screened | Refused:
        lookups = [number_lookup(self._keyring, number) for number in draft.recipients]
        answer = await self._facts(
            draft.organization, draft.author, lookups or [NOBODY_LOOKUP], len(draft.recipients)
        )
        recipients, refusals = [], []
        for position, facts in enumerate(answer.facts):
            number = draft.recipients[position] if draft.recipients else None
            verdict = judge(_asked(draft, number, facts, answer.used_before, position))
            if isinstance(verdict, Refuse):
                refusals.append(Refusal(number, verdict))
            elif isinstance(verdict, Seal) and number is not None:
                recipients.append(ScreenedRecipient(number, facts, verdict.flags))
            else:
                raise NotImplementedError("SecureLine's other channels are not configured yet")
        if refusals:
            await self.give_back(draft)
            return Refused(_same_for_all(refusals, len(draft.recipients)))
        return Screened(draft, answer.facts[0], tuple(recipients))

    async def check(self, draft: Draft) -> tuple[IntakeFacts, list[Refuse | Seal]]:
        """Judge without reserving: what would happen to this draft now."""
        lookups = [number_lookup(self._keyring, number) for number in draft.recipients]
        answer = await self._facts(draft.organization, draft.author, lookups, 0)
        verdicts = [
            judge(_asked(draft, number, facts, answer.used_before, position))
            for position, (number, facts) in enumerate(
                zip(draft.recipients, answer.facts, strict=True)
            )
        ]
        return answer.facts[0], [v for v in verdicts if isinstance(v, Refuse | Seal)]

    async def _facts(
        self, organization: OrganizationId, author: Actor, lookups: Sequence[bytes], reserve: int
    ) -> FactsAnswer:
        asked = tuple(FactsAsked(organization, author, lookup) for lookup in lookups)
        day = self._clock.now().date()
        return await self._reader.batcher.submit(FactsRequest(asked, organization, reserve, day))

    async def give_back(self, draft: Draft) -> None:
        """Return to the quota what a draft had reserved that wasn't accepted."""
        if draft.recipients:
            await self._reader.give_back(
                draft.organization, len(draft.recipients), self._clock.now().date()
            )


def _asked(
    draft: Draft, number: PhoneNumber | None, facts: IntakeFacts, used_before: int, position: int
) -> Asked:
    sender = SenderFacts(
        organization_suspended=facts.organization_suspended,
        author_suspended=facts.author_suspended,
        daily_quota=facts.daily_quota,
        used_today=used_before,
        default_expiry=facts.default_expiry,
        retention=facts.retention,
        largest_message=facts.largest_message,
        refused_file_types=facts.refused_file_types or REFUSED_FILE_TYPES,
    )
    if number is None:
        return Asked(draft, sender, None, position)
    contact = facts.contact
    recipient = RecipientFacts(
        number=number,
        contact=None if contact is None else contact.id,
        opted_out=contact is not None and contact.opted_out,
    )
    return Asked(draft, sender, recipient, position)


# Reasons that are about a recipient; any other concerns the message, and is told once.
_ABOUT_RECIPIENT = {Reason.OPTED_OUT, Reason.NUMBER_REFUSED}


def _same_for_all(refusals: Sequence[Refusal], recipients: int) -> tuple[Refusal, ...]:
    first = refusals[0].verdict
    if first.reason not in _ABOUT_RECIPIENT and recipients == len(refusals):
        return (Refusal(None, first),)
    return tuple(refusals)
