"""Messages as one line of JSON, in the shape that the API has too."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from licorne.application.sending.message_states import ShownMessage
from licorne.application.sending.outcome import Sent
from licorne.domain.message.draft import Source


@dataclass(frozen=True, slots=True)
class ToldStep:
    state: str
    at: datetime
    detail: str | None


@dataclass(frozen=True, slots=True)
class ToldDelivery:
    id: uuid.UUID
    thread_id: uuid.UUID
    to: str
    state: str
    reason: str | None
    flags: tuple[str, ...]
    history: tuple[ToldStep, ...]
    channel: str = "secure_text"


@dataclass(frozen=True, slots=True)
class ToldMessage:
    id: uuid.UUID
    created_at: datetime
    expires_at: datetime
    recalled_at: datetime | None
    deliveries: tuple[ToldDelivery, ...]
    passphrase: str | None = None  # one that was generated; told once


def sent_as_json(sent: Sent, passphrase: str | None) -> ToldMessage:
    return ToldMessage(
        id=sent.message,
        created_at=sent.created_at,
        expires_at=sent.expires_at,
        recalled_at=None,
        deliveries=tuple(
            ToldDelivery(
                id=one.id,
                thread_id=one.thread,
                to=one.number.e164,
                state=one.state.value,
                reason=None,
                flags=one.flags,
                history=(ToldStep(one.state.value, sent.created_at, Source.COMMAND.value),),
            )
            for one in sent.deliveries
        ),
        passphrase=passphrase,
    )


def shown_as_json(shown: ShownMessage) -> ToldMessage:
    return ToldMessage(
        id=shown.id,
        created_at=shown.created_at,
        expires_at=shown.expires_at,
        recalled_at=shown.recalled_at,
        deliveries=tuple(
            ToldDelivery(
                id=one.id,
                thread_id=one.thread,
                to=one.number.e164,
                state=one.state.value,
                reason=one.reason,
                flags=one.flags,
                history=tuple(ToldStep(step.state, step.at, step.detail) for step in one.history),
            )
            for one in shown.deliveries
        ),
    )
