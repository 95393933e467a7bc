"""Sends what was parsed; whatever stands in its way is raised as the refusal that tells it."""

from licorne.application.sending.outcome import KeyUsedOtherwise, Refused, Sent
from licorne.application.sending.upload import Upload
from licorne.edges.api.idempotency import HEADER, used_otherwise
from licorne.edges.api.new_message import ParsedMessage
from licorne.edges.api.refused_messages import refusal_for
from licorne.edges.api.send_draft import send_draft
from licorne.edges.api.use_cases import ApiUseCases


async def send_parsed(
    use_cases: ApiUseCases,
    parsed: ParsedMessage,
    key_field: str = HEADER,
    upload: Upload | None = None,
) -> Sent:
    """Send it. Raises `Refusal`; ``key_field`` is where its idempotency key stood."""
    sent = await send_draft(use_cases.send, parsed.draft, upload)
    if isinstance(sent, Refused):
        raise refusal_for(sent, parsed, use_cases.clock.now())
    if isinstance(sent, KeyUsedOtherwise):
        raise used_otherwise(key_field)
    return sent
