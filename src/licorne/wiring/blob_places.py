"""Where blobs lie, by the settings: in the home, or in a store that several machines share."""

from licorne.adapters.blobs.disk import DiskBlobStore
from licorne.adapters.blobs.object_store import ObjectBlobStore
from licorne.ports.blob_store import BlobStore
from licorne.wiring.object_stores import object_storage
from licorne.wiring.settings import Home, Settings


def blob_store(home: Home, settings: Settings) -> BlobStore:
    """Open it; nothing is asked of it yet. Raises `SettingsWrong`."""
    if settings.blobs.to:
        return ObjectBlobStore(object_storage(home, settings.blobs))
    return DiskBlobStore(home.blobs)
