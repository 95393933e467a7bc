"""From settings to an S3-compatible store: the credentials come from a file of their own."""

import tomllib
from urllib.parse import urlsplit

from licorne.adapters.object_storage import ObjectStorage
from licorne.wiring.settings import Home, SettingsWrong, Storage


def object_storage(home: Home, storage: Storage) -> ObjectStorage:
    """Read the credentials. Raises `SettingsWrong`."""
    path = home.path / storage.credentials_file
    try:
        credentials = tomllib.loads(path.read_text(encoding="utf-8"))
        key, secret = credentials["access_key_id"], credentials["secret_access_key"]
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError) as error:
        raise SettingsWrong(
            f'{path} must be a file with access_key_id = "…" and secret_access_key = "…",'
            " which this user may read."
        ) from error
    parts = urlsplit(storage.to)
    return ObjectStorage(
        bucket=parts.netloc,
        prefix=parts.path.strip("/"),
        endpoint=storage.endpoint.rstrip("/"),
        region=storage.region,
        access_key_id=str(key),
        secret_access_key=str(secret),
    )
