"""The recipe of the main job. Read this first.

    screen   facts and policy: who writes, to whom, may they?      -> Refused, or Screened
    check    its files: what they are, what is in them, malware    -> Refused, or as it was
    seal     one data key, a grant per reader                      -> everything the store keeps
    accept   one transaction: message, grants, deliveries, jobs, audit
    announce a worker's job, committed with the message            (announce.py)

What this returns as ``Sent`` is durable; an edge acknowledges after that and never before.
"""

import asyncio
import uuid
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from licorne.application.new_ids import NewIds
from licorne.application.sending.accept import AcceptMessage
from licorne.application.sending.check_files import CheckFiles, Unchecked
from licorne.application.sending.meet_contact import MeetContact
from licorne.application.sending.outcome import (
    KeyUsedOtherwise,
    Refusal,
    Refused,
    Sent,
    SentDelivery,
)
from licorne.application.sending.screen import Known, Screened, ScreenMessage
from licorne.application.sending.seal import NotMet, SealMessage
from licorne.application.sending.seal_content import ContentSealer, SealedContent
from licorne.application.sending.upload import Upload
from licorne.domain.audit.event import AuditEvent, Outcome
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.ids import OrganizationId
from licorne.domain.message.draft import Draft, Repeatable
from licorne.domain.policy.verdict import Reason, Refuse
from licorne.ports.clock import Clock
from licorne.ports.randomness import Randomness
from licorne.store import audit, message_states
from licorne.store.accepted_messages import (
    AcceptedMessage,
    AlreadyAsked,
    FactsChanged,
    ThreadExists,
)
from licorne.store.batcher import Batchers
from licorne.store.database import Database
from licorne.store.message_states import Repeated
from licorne.vault.keyring import Keyring
from licorne.vault.personal_fields import open_contact_number

_TRIES = 5


class TooManyRaces(Exception):
    """The recipients' keys or threads changed at every try: answer "try again"."""


class SendMessage:
    def __init__(
        self,
        screen: ScreenMessage,
        meet: MeetContact,
        seal: SealMessage,
        accept: AcceptMessage,
        sealer: ContentSealer,
        check_files: CheckFiles,
        database: Database,
        keyring: Keyring,
        clock: Clock,
        randomness: Randomness,
    ) -> None:
        self._screen = screen
        self._meet = meet
        self._seal = seal
        self._accept = accept
        self._sealer = sealer
        self._check_files = check_files
        self._database = database
        self._keyring = keyring
        self._clock = clock
        self._new_id = NewIds(clock, randomness)
        self._repeats: Batchers[OrganizationId, tuple[uuid.UUID, bytes], Repeated | None] = (
            Batchers(self._find_repeated)
        )

    async def __call__(
        self, draft: Draft, known: Known | None = None, upload: Upload | None = None
    ) -> Sent | Refused | KeyUsedOtherwise:
        """Take a draft in; with what is known of it already, where the edge has asked before.

        ``upload`` has the draft's files, where they were sealed as they came in.
        Raises `TooManyRaces` and whatever the store and vault can't do now.
        """
        if draft.repeatable is not None:
            draft = replace(draft, repeatable=self._keyed(draft, draft.repeatable))
            earlier = await self._sent_before(draft)
            if earlier is not None:
                return earlier
        screened = await self._screen(draft, known)
        if draft.content.attachments and isinstance(screened, Screened):
            screened = await self._checked(screened, upload)
        for _ in range(_TRIES):
            if isinstance(screened, Refused):
                await self._record_refusal(draft, screened)
                return screened
            try:
                return await self._seal_or_give_back(screened, upload)
            except NotMet:
                await self._meet_all(screened)
                screened = await self._screen(draft, Known(None, screened.reserved))
                continue
            except (FactsChanged, ThreadExists):
                pass
            except AlreadyAsked:
                repeated = await self._sent_before(draft)
                if repeated is not None:
                    return repeated
            screened = await self._screen(draft)
        raise TooManyRaces

    async def _checked(self, screened: Screened, upload: Upload | None) -> Screened | Refused:
        """Look at the files, once: they stay the same at every try."""
        try:
            if upload is not None:
                finding = upload.finding
            else:
                finding = await self._check_files(screened.draft.content.attachments)
        except Exception:
            await self._screen.give_back(screened)
            raise
        if finding is None:
            return screened
        await self._screen.give_back(screened)
        if isinstance(finding, Unchecked):
            return Refused((Refusal(None, Refuse(Reason.SCANNER_DOWN, temporary=True)),))
        return Refused((Refusal(None, Refuse(finding)),))

    def _keyed(self, draft: Draft, repeatable: Repeatable) -> Repeatable:
        """Key the hashes: a thief of the database could find number and text by guessing else."""
        organization = draft.organization.bytes
        return Repeatable(
            self._keyring.lookup("repeat-key", organization + repeatable.key_hash),
            self._keyring.lookup("repeat-request", organization + repeatable.request_hash),
        )

    async def _seal_or_give_back(self, screened: Screened, upload: Upload | None) -> Sent:
        """Leave the quota as it was when this try comes to nothing; the next one reserves anew."""
        try:
            return await self._seal_and_accept(screened, upload)
        except NotMet:
            raise  # its room stays reserved: who is new must not lose a place to who is known
        except Exception:
            await self._screen.give_back(screened)
            raise

    async def _seal_and_accept(self, screened: Screened, upload: Upload | None) -> Sent:
        message, sealed = await self._seal(screened, upload)
        if upload is not None:
            upload.handed_over = True  # from here on it may be stored, though we don't hear of it
        try:
            await self._accept(message)
        except (FactsChanged, ThreadExists, AlreadyAsked):
            await self._not_accepted(sealed, upload)
            raise
        return _sent(screened, message)

    async def _not_accepted(self, sealed: SealedContent, upload: Upload | None) -> None:
        if upload is None:
            await self._sealer.discard(sealed.blobs)
        else:
            upload.handed_over = False  # the next try seals nothing anew

    async def _meet_all(self, screened: Screened) -> None:
        draft = screened.draft
        new = [one.number for one in screened.recipients if one.facts.contact is None]
        try:
            meet = partial(self._meet, draft.organization, by=draft.author)
            await asyncio.gather(*(meet(number) for number in new))
        except Exception:
            await self._screen.give_back(screened)
            raise

    async def _record_refusal(self, draft: Draft, refused: Refused) -> None:
        now = self._clock.now()
        async with self._database.tenant(draft.organization) as connection:
            await audit.record(
                connection,
                AuditEvent(
                    self._new_id(),
                    draft.organization,
                    now,
                    Tag.MESSAGE_REFUSED,
                    draft.author,
                    outcome=Outcome.REFUSED,
                    detail=refused.refusals[0].verdict.reason.value,
                ),
            )

    async def _sent_before(self, draft: Draft) -> Sent | KeyUsedOtherwise | None:
        if draft.repeatable is None:
            return None
        key = (draft.author.id, draft.repeatable.key_hash)
        asked = await self._repeats.submit(draft.organization, key)
        if asked is None:
            return None
        if asked.request_hash != draft.repeatable.request_hash:
            return KeyUsedOtherwise(asked.message)
        async with self._database.tenant(draft.organization) as connection:
            state = await message_states.fetch(connection, draft.organization, asked.message)
        if state is None:
            return None
        return Sent(
            message=state.id,
            created_at=state.created_at,
            expires_at=state.expires_at,
            deliveries=tuple(
                SentDelivery(
                    one.id,
                    one.thread,
                    open_contact_number(
                        self._keyring, draft.organization, one.contact, one.number_sealed
                    ),
                    one.state,
                    one.flags,
                )
                for one in state.deliveries
            ),
            repeated=True,
        )

    async def _find_repeated(
        self, organization: OrganizationId, asked: Sequence[tuple[uuid.UUID, bytes]]
    ) -> list[Repeated | None]:
        async with self._database.tenant(organization) as connection:
            return await message_states.find_repeated(connection, organization, asked)


def _sent(screened: Screened, message: AcceptedMessage) -> Sent:
    return Sent(
        message=message.id,
        created_at=message.created_at,
        expires_at=message.expires_at,
        deliveries=tuple(
            SentDelivery(
                delivery.id, delivery.thread, recipient.number, delivery.state, delivery.flags
            )
            for recipient, delivery in zip(screened.recipients, message.deliveries, strict=True)
        ),
    )
