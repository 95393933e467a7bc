"""What announcing decides and writes, from the facts alone: asks nobody and keeps nothing.

Shared by the announcement of one delivery (`announce.py`) and of many at once (`first_tries.py`).
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from licorne.application.new_ids import NewIds
from licorne.application.sending.carriers import Carriers
from licorne.application.sending.notice_progress import found
from licorne.application.steady_time import SteadyTime
from licorne.domain.identity.ids import DeliveryId, OrganizationId
from licorne.domain.identity.phone_number import PhoneNumber
from licorne.domain.message.delivery_state import DeliveryState, rank
from licorne.domain.notice.attempt import Attempt
from licorne.domain.notice.carrier_reason import CarrierReason
from licorne.domain.notice.next_step import Ask, GiveUp, NextStep, next_step
from licorne.domain.notice.wording import NOTICES, NUDGES, NoticeText, wording_for
from licorne.ports.clock import Clock
from licorne.ports.randomness import Randomness
from licorne.ports.sms_carrier import Outbound, SmsCarrier
from licorne.store.jobs import Announce, NoticeKind
from licorne.store.notices import FoundAttempt, NewAttempt, NewLink, NoticeFacts
from licorne.vault.keyring import Keyring
from licorne.vault.personal_fields import open_contact_number

LINK_LIFETIME = timedelta(days=30)
FRESH_LINK_PATIENCE = timedelta(hours=1)  # somebody stands there and waits for it


@dataclass(frozen=True, slots=True)
class Asking:
    """A try that is committed as *sending*, and what to ask the carrier."""

    carrier: SmsCarrier
    attempt: FoundAttempt
    message: Outbound
    asked_before: bool


@dataclass(frozen=True, slots=True, repr=False)
class Link:
    number: int
    token: str
    is_new: bool


class AnnouncementRules:
    """``pickup_url`` is where links lead: the token follows after a slash."""

    def __init__(
        self,
        keyring: Keyring,
        carriers: Carriers,
        clock: Clock,
        randomness: Randomness,
        pickup_url: str,
    ) -> None:
        self._keyring = keyring
        self._carriers = carriers
        self._clock = clock
        self._time = SteadyTime(clock)
        self._new_id = NewIds(clock, randomness)
        self._pickup_url = pickup_url.rstrip("/")

    def is_overtaken(self, facts: NoticeFacts, kind: NoticeKind) -> bool:
        """Say whether nothing is left to tell: read, recalled, expired, or another's number."""
        if facts.number_changed_hands:
            return True
        if kind is NoticeKind.FRESH_LINK:
            return False  # it leads to the mailbox, whatever became of this message
        if facts.content_ended or facts.expires_at <= self._time.now():
            return True
        return rank(facts.state) >= rank(DeliveryState.READ)

    def number(self, organization: OrganizationId, facts: NoticeFacts) -> PhoneNumber:
        return open_contact_number(self._keyring, organization, facts.contact, facts.number_sealed)

    def decide(
        self,
        facts: NoticeFacts,
        kind: NoticeKind,
        number: PhoneNumber,
        attempts: tuple[Attempt, ...],
    ) -> NextStep:
        live_allowed = number.may_reach_a_carrier and "not_assignable" not in facts.flags
        options = self._carriers.options(facts.carriers, live_allowed=live_allowed)
        if not options and not attempts:
            return GiveUp(
                CarrierReason.NO_CARRIER if live_allowed else CarrierReason.NOT_ASSIGNABLE
            )
        # In the clock's own time, as the tries were noted; a clock set ahead moves it along.
        deadline = self._deadline(facts, kind, attempts) + self._time.ahead()
        step = next_step(attempts, options, self._clock.now(), deadline)
        if facts.opted_out and isinstance(step, Ask) and step.again is None:
            return GiveUp(CarrierReason.OPTED_OUT)
        return step

    def new_link(self, delivery: DeliveryId, facts: NoticeFacts) -> Link:
        number = facts.links + 1
        return Link(number, self._keyring.link_token(delivery, number), is_new=True)

    def known_link(self, delivery: DeliveryId, number: int, stored: bytes) -> Link:
        """Give the link that earlier tries carried; its token fits the hash that is ``stored``."""
        return Link(number, self._keyring.link_token(delivery, number, stored), is_new=False)

    def asking(
        self,
        job: Announce,
        announcement: uuid.UUID,
        facts: NoticeFacts,
        number: PhoneNumber,
        link: Link,
        ask: Ask,
    ) -> tuple[Asking, NewAttempt, NewLink | None]:
        """Give what to ask, and the rows to keep before (no new row for one asked again)."""
        now = self._clock.now()
        text = self._compose(facts, job.kind, link.token)
        identity = ask.again or self._new_id()
        asking = Asking(
            self._carriers.by_name[ask.carrier],
            found(identity, job.delivery, announcement, job.kind, ask.carrier),
            Outbound(identity, number, text.text, self._deadline(facts, job.kind, ())),
            asked_before=ask.again is not None,
        )
        attempt = NewAttempt(
            id=identity,
            delivery=job.delivery,
            announcement=announcement,
            kind=job.kind,
            link_number=link.number,
            carrier=ask.carrier,
            segments=text.segments,
        )
        if not link.is_new:
            return asking, attempt, None
        token_hash = self._keyring.link_token_hash(link.token)
        return asking, attempt, NewLink(token_hash, now + LINK_LIFETIME)

    def _deadline(
        self, facts: NoticeFacts, kind: NoticeKind, attempts: tuple[Attempt, ...]
    ) -> datetime:
        if kind is not NoticeKind.FRESH_LINK:
            return facts.expires_at
        begun = attempts[0].created_at if attempts else self._clock.now()
        return begun + FRESH_LINK_PATIENCE

    def _compose(self, facts: NoticeFacts, kind: NoticeKind, token: str) -> NoticeText:
        is_nudge = kind is NoticeKind.NUDGE
        wording = wording_for(
            NUDGES if is_nudge else NOTICES,
            facts.nudge_wording if is_nudge else facts.notice_wording,
            facts.practice_language,
            facts.language,
        )
        return wording.compose(facts.practice, f"{self._pickup_url}/{token}")
