"""The formatted version of a message: cleaned in a thread, since it can take half a second."""

import asyncio

from licorne.application.receiving.member_download import FormattedMessage
from licorne.edges.web.html_cleaning import clean_html


async def cleaned(message: FormattedMessage) -> str | None:
    """Clean it; ``None`` where it can't be done safely, so that the text must serve."""
    pictures = {
        entry.content_id: (entry.content_type, content)
        for entry, content in message.pictures
        if entry.content_id
    }
    return await asyncio.to_thread(clean_html, message.html, pictures)
