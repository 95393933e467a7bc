"""Hands a draft to the product, and says it plainly when the product can't take it just now."""

from collections.abc import Iterator
from contextlib import contextmanager

from licorne.application.sending.outcome import KeyUsedOtherwise, Refused, Sent
from licorne.application.sending.send_message import SendMessage, TooManyRaces
from licorne.application.sending.upload import Upload
from licorne.domain.message.draft import Draft
from licorne.domain.sealing.faults import PasswordsBusy
from licorne.edges.web.language import gettext as _
from licorne.edges.web.refusal import Refusal
from licorne.ports.blob_store import BlobStoreFull
from licorne.ports.slot_store import SlotStoreFull
from licorne.store.batcher import QueueFullError
from licorne.store.database import DatabaseFull

_SOON = 2  # seconds


async def send_draft(
    send: SendMessage, draft: Draft, upload: Upload | None = None
) -> Sent | Refused | KeyUsedOtherwise:
    """Send it; raises `Refusal` with 503 or 507, after which the same request may come again."""
    with no_room_told():
        return await _send(send, draft, upload)


async def _send(
    send: SendMessage, draft: Draft, upload: Upload | None
) -> Sent | Refused | KeyUsedOtherwise:
    try:
        return await send(draft, upload=upload)
    except (TooManyRaces, QueueFullError) as problem:
        raise _busy(type(problem).__name__, _SOON) from problem
    except PasswordsBusy as problem:
        raise _busy("PasswordsBusy", problem.retry_after_seconds) from problem


@contextmanager
def no_room_told() -> Iterator[None]:
    """Refuse with 507 where blobs, slots or rows find no room."""
    try:
        yield
    except (BlobStoreFull, SlotStoreFull, DatabaseFull) as problem:
        raise Refusal(
            507,
            "no-room",
            _(problem.sentence),
            title=_("The message was not sent"),
            cause=type(problem).__name__,
            headers={"Retry-After": "60"},
        ) from problem


def _busy(cause: str, seconds: int) -> Refusal:
    return Refusal(
        503,
        "busy",
        _("Too much is going on at the moment. The message was not sent; send it again."),
        title=_("Please try again"),
        cause=cause,
        headers={"Retry-After": str(seconds)},
    )
