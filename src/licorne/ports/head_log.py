"""Where signed heads of the audit chains go: somewhere that who edits the database can't edit."""

import uuid
from typing import Protocol

from licorne.domain.audit.signed_head import SignedHead


class HeadLog(Protocol):
    """Append-only, one list per chain."""

    async def append(self, head: SignedHead) -> None:
        """Keep a head; durable when it returns."""
        ...

    async def read(self, chain: uuid.UUID) -> tuple[SignedHead, ...]:
        """Give a chain's heads in the order in which they were kept."""
        ...
