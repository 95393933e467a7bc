"""Where blobs lie, by the settings."""

from licorne.adapters.blobs.disk import DiskBlobStore
from licorne.ports.blob_store import BlobStore
from licorne.wiring.settings import Home, Settings


def blob_store(home: Home, settings: Settings) -> BlobStore:
    _ = settings
    return DiskBlobStore(home.blobs)
