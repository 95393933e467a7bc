"""Where shred slots lie, by the settings: in the home, or in a store that machines share."""

from licorne.adapters.file_sets.object_pages import TarredObjects
from licorne.adapters.file_sets.tar import TarredFolder
from licorne.adapters.slots.disk import DiskSlotStore
from licorne.adapters.slots.object_store import ObjectSlotStore
from licorne.ports.file_set import FileSet
from licorne.ports.randomness import Randomness
from licorne.wiring.object_stores import object_storage
from licorne.wiring.settings import Home, Settings


def slot_store(
    home: Home, settings: Settings, randomness: Randomness
) -> DiskSlotStore | ObjectSlotStore:
    """Open it. Raises `SettingsWrong`, and ``FileNotFoundError`` for a folder that is missing."""
    if settings.slots.to:
        return ObjectSlotStore(object_storage(home, settings.slots), randomness)
    return DiskSlotStore(home.slots, randomness)


def slot_pages(home: Home, settings: Settings) -> FileSet:
    """Give the slots as a backup takes and brings them."""
    if settings.slots.to:
        return TarredObjects(object_storage(home, settings.slots))
    return TarredFolder(home.slots)


async def create_slot_store(home: Home, settings: Settings, randomness: Randomness) -> None:
    """Make a shared store, at the beginning and at a restore; the home's folder is made with it."""
    if settings.slots.to:
        store = ObjectSlotStore(object_storage(home, settings.slots), randomness)
        await store.create()
