"""What came to the phones, against what was sent: everybody is told, and nobody twice."""

import asyncio

from tests.support.installation import Installed

from licorne.adapters.carriers.demo_phone import DemoPhone
from licorne.adapters.system import SystemClock

_WITHIN = 240.0  # seconds, on a machine with much else to do


async def everybody_is_told_once(installed: Installed) -> None:
    """Wait for the workers; then each delivery has one text with a link of its own."""
    async with installed.as_owner() as owner:
        async with asyncio.timeout(_WITHIN):
            while await owner.fetchval("SELECT count(*) FROM jobs.pgqueuer"):
                await asyncio.sleep(0.05)
        deliveries = await owner.fetch(
            "SELECT d.id, d.state, (SELECT count(*) FROM notice_attempt n"
            " WHERE (n.organization_id, n.delivery_id) = (d.organization_id, d.id)) AS tries"
            " FROM delivery d"
        )
    not_told_once = [
        (str(row["id"]), row["state"], row["tries"])
        for row in deliveries
        if row["state"] != "on_handset" or row["tries"] != 1
    ]
    assert not_told_once == []
    texts = DemoPhone(installed.home.demo_phone, SystemClock()).read()
    assert len(texts) == len(deliveries)
    assert len({text.text for text in texts}) == len(deliveries)
