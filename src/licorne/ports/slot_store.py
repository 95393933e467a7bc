"""The shred slots: 32 random bytes per message and copy, whose destruction ends that copy."""

from typing import Protocol

from licorne.domain.sealing.records import SlotReference
from licorne.domain.translatable import translatable

SLOT_BYTES = 32


class SlotDestroyed(Exception):
    """The slot was destroyed, and with it the copy that it locked; for ever."""

    def __init__(self, slot: SlotReference) -> None:
        super().__init__(f"shred slot {slot} is destroyed")
        self.slot = slot
        self.sentence = translatable("This message has ended and can't be opened any more.")


class SlotStoreFull(Exception):
    """No room for new slots; passes when there is room again."""

    sentence = translatable(
        "The server has no room for new messages at the moment. Please try again later."
    )


class SlotStoreAway(SlotStoreFull):
    """It can't be reached; for who sends it is the same: try again later."""


class SlotStore(Protocol):
    """Keeps slots outside the database and its backups."""

    async def take(self) -> tuple[SlotReference, bytes]:
        """Give a slot that nobody else has or will get, already durable, and its 32 bytes.

        Raises `SlotStoreFull`.
        """
        ...

    async def read(self, slot: SlotReference) -> bytes:
        """Give the 32 bytes of a slot. Raises `SlotDestroyed`."""
        ...

    async def destroy(self, slot: SlotReference) -> None:
        """Overwrite a slot; durable when it returns. Doing it again does no harm."""
        ...
