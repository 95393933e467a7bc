"""How this machine speaks to an S3-compatible store, whoever keeps things there."""

from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

# Everything that obstore raises; a missing object is a FileNotFoundError.
FAULTS = (BaseError, OSError)
_PART_BYTES = 5 * 1024 * 1024  # the smallest that S3 takes, so that little is held in memory
_PARTS_AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class ObjectStorage:
    """Where a bucket is and who we are there. ``endpoint`` is empty for Amazon's own."""

    bucket: str
    prefix: str
    endpoint: str
    region: str
    access_key_id: str
    secret_access_key: str = field(repr=False)


def open_bucket(storage: ObjectStorage) -> S3Store:
    """Open a bucket; nothing is asked of it yet. Deadlines are ours, tries the library's."""
    return S3Store(
        storage.bucket,
        prefix=storage.prefix or None,
        endpoint=storage.endpoint or None,
        region=storage.region,
        access_key_id=storage.access_key_id,
        secret_access_key=storage.secret_access_key,
        virtual_hosted_style_request=not storage.endpoint,
        client_options={
            "allow_http": storage.endpoint.startswith("http://"),  # the settings allow loopback
            "connect_timeout": timedelta(seconds=5),
            "timeout": timedelta(seconds=60),
        },
        retry_config={"max_retries": 4, "retry_timeout": timedelta(seconds=60)},
    )


async def put_stream(bucket: S3Store, path: str, chunks: AsyncIterable[bytes]) -> int:
    """Store a stream in parts, a few at a time; gives its size. Nothing is there if it fails."""
    size = 0
    source: list[BaseException] = []

    async def counted() -> AsyncIterator[bytes]:
        nonlocal size
        try:
            async for chunk in chunks:
                size += len(chunk)
                yield chunk
        except BaseException as problem:
            source.append(problem)
            raise

    try:
        await obstore.put_async(
            bucket,
            path,
            counted(),
            chunk_size=_PART_BYTES,
            max_concurrency=_PARTS_AT_ONCE,
        )
    except FAULTS:
        if source:  # whoever brought the bytes failed, and what they raised says more
            raise source[0] from None
        raise
    return size


async def put_new(bucket: S3Store, path: str, content: bytes) -> None:
    """Store a small object under a new name; the store itself refuses one in use."""
    try:
        await obstore.put_async(bucket, path, content, mode="create")
    except obstore.exceptions.AlreadyExistsError as error:
        raise FileExistsError(path) from error


async def is_there(bucket: S3Store, path: str) -> bool:
    try:
        await obstore.head_async(bucket, path)
    except FileNotFoundError:
        return False
    return True


async def read_stream(bucket: S3Store, path: str) -> AsyncIterator[bytes]:
    """Stream an object. Raises ``FileNotFoundError`` at the first step."""
    found = await obstore.get_async(bucket, path)
    async for chunk in found.stream(min_chunk_size=1024 * 1024):
        yield bytes(chunk)


async def list_paths(bucket: S3Store, prefix: str) -> AsyncIterator[str]:
    """Name the objects below ``prefix``, in the order of their names."""
    async for page in obstore.list(bucket, prefix=prefix, chunk_size=1000):
        for found in page:
            yield found["path"]
