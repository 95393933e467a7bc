"""Screens a draft: fetches facts and asks policy. Decides, and changes nothing but the quota."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from licorne.application.sending.outcome import Refusal, Refused
from licorne.application.sending.reservations import Reservation, Reservations
from licorne.domain.consent.ledger import Standing
from licorne.domain.identity.ids import TeamId
from licorne.domain.identity.phone_number import PhoneNumber
from licorne.domain.message.draft import Draft
from licorne.domain.policy.facts import REFUSED_FILE_TYPES, RecipientFacts, SenderFacts
from licorne.domain.policy.rules import Asked, judge
from licorne.domain.policy.verdict import Reason, Refuse, Seal
from licorne.ports.clock import Clock
from licorne.store.batcher import Batcher
from licorne.store.database import Database
from licorne.store.intake_facts import FactsAsked, IntakeFacts, fetch_facts, fetch_team_facts
from licorne.vault.contact_binding import check_contact_binding
from licorne.vault.keyring import Keyring
from licorne.vault.personal_fields import number_lookup

NOBODY_LOOKUP = b""  # matches no contact: asks for the sender's facts alone


@dataclass(frozen=True, slots=True)
class Known:
    """What was learnt while a draft came in, so that it needn't be asked again.

    ``facts`` are the recipients', in order, and some seconds old at most; what may have changed
    since is checked again in the transaction that keeps the message.
    """

    facts: tuple[IntakeFacts, ...] | None
    reserved: Reservation


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
    reserved: Reservation


class IntakeFactsReader:
    """Fetches facts for many drafts at once (its database role may call a few functions only)."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._connection = database.lasting()
        self._clock = clock
        self._batcher: Batcher[tuple[FactsAsked, ...], tuple[IntakeFacts, ...]] = Batcher(
            self._fetch
        )

    async def __call__(self, asked: tuple[FactsAsked, ...]) -> tuple[IntakeFacts, ...]:
        return await self._batcher.submit(asked)

    async def of_team(
        self, draft: Draft, team: TeamId, facts: tuple[IntakeFacts, ...]
    ) -> tuple[IntakeFacts, ...]:
        """Say how things are where the author writes for a team."""
        async with self._database.before_tenant() as connection:
            return await fetch_team_facts(
                connection, draft.organization, draft.author.id, team, facts
            )

    async def _fetch(
        self, requests: Sequence[tuple[FactsAsked, ...]]
    ) -> list[tuple[IntakeFacts, ...]]:
        asked = [one for request in requests for one in request]
        fetched = await fetch_facts(await self._connection(), asked, self._clock.now().date())
        facts = iter(_found(fetched))
        return [tuple(next(facts) for _ in request) for request in requests]


def _found(facts: Sequence[IntakeFacts | None]) -> list[IntakeFacts]:
    found = [one for one in facts if one is not None]
    if len(found) != len(facts):
        raise LookupError("no such organization")
    return found


class ScreenMessage:
    def __init__(
        self, reader: IntakeFactsReader, reservations: Reservations, keyring: Keyring
    ) -> None:
        self._reader = reader
        self._reservations = reservations
        self._keyring = keyring

    async def __call__(self, draft: Draft, known: Known | None = None) -> Screened | Refused:
        """Judge a draft for every recipient. What a refused one had reserved is given back."""
        facts, reserved = await self._learn(draft, known)
        recipients, refusals = [], []
        for position, one in enumerate(facts):
            number = draft.recipients[position] if draft.recipients else None
            verdict = judge(_asked(draft, number, one, reserved.used_before, position))
            if isinstance(verdict, Refuse):
                refusals.append(Refusal(number, verdict))
            elif isinstance(verdict, Seal) and number is not None:
                recipients.append(ScreenedRecipient(number, one, verdict.flags))
            else:
                raise NotImplementedError("SecureLine's other channels are not configured yet")
        if refusals:
            await self._reservations.give_back(reserved)
            return Refused(_same_for_all(refusals, len(draft.recipients)))
        return Screened(draft, facts[0], tuple(recipients), reserved)

    async def check(self, draft: Draft) -> tuple[IntakeFacts, list[Refuse | Seal]]:
        """Judge without reserving: what would happen to this draft now."""
        answer = await self._facts(draft)
        verdicts = [
            judge(_asked(draft, number, facts, facts.used_today, position))
            for position, (number, facts) in enumerate(zip(draft.recipients, answer, strict=True))
        ]
        return answer[0], [v for v in verdicts if isinstance(v, Refuse | Seal)]

    async def give_back(self, screened: Screened) -> None:
        """Return to the quota what a draft had reserved that wasn't accepted."""
        await self._reservations.give_back(screened.reserved)

    async def _learn(
        self, draft: Draft, known: Known | None
    ) -> tuple[tuple[IntakeFacts, ...], Reservation]:
        if known is not None and known.facts is not None:
            return known.facts, known.reserved
        facts = self._facts(draft)
        if known is not None:
            return await facts, known.reserved
        reserve = self._reservations.reserve(draft.organization, len(draft.recipients))
        return await asyncio.gather(facts, reserve)

    async def _facts(self, draft: Draft) -> tuple[IntakeFacts, ...]:
        organization, author = draft.organization, draft.author
        numbers = [number_lookup(self._keyring, number) for number in draft.recipients]
        lookups = numbers or [NOBODY_LOOKUP]
        facts = await self._reader(
            tuple(FactsAsked(organization, author, lookup) for lookup in lookups)
        )
        if draft.team is not None:
            facts = await self._reader.of_team(draft, draft.team, facts)
        for lookup, one in zip(lookups, facts, strict=True):
            if one.contact is not None:
                check_contact_binding(
                    self._keyring,
                    organization,
                    one.contact.id,
                    lookup,
                    one.contact.number_epoch,
                    one.contact.mailbox,
                    one.contact.binding,
                )
        return facts


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
        consent_demanded=facts.consent_demanded,
    )
    if number is None:
        return Asked(draft, sender, None, position)
    contact = facts.contact
    recipient = RecipientFacts(
        number=number,
        contact=None if contact is None else contact.id,
        opted_out=contact is not None and contact.opted_out,
        consent=Standing.NONE if contact is None else contact.consent,
    )
    return Asked(draft, sender, recipient, position)


# Reasons that are about a recipient; any other concerns the message, and is told once.
_ABOUT_RECIPIENT = {
    Reason.OPTED_OUT,
    Reason.CONSENT_REVOKED,
    Reason.CONSENT_MISSING,
    Reason.NUMBER_REFUSED,
}


def _same_for_all(refusals: Sequence[Refusal], recipients: int) -> tuple[Refusal, ...]:
    first = refusals[0].verdict
    if first.reason not in _ABOUT_RECIPIENT and recipients == len(refusals):
        return (Refusal(None, first),)
    return tuple(refusals)
