import stat
import uuid
from pathlib import Path

from tests.support.manual_clock import ManualClock

from licorne.adapters.audit_heads.files import HeadFiles
from licorne.domain.audit.chain import ChainHead
from licorne.domain.audit.signed_head import SignedHead


def head(chain: uuid.UUID, sequence: int) -> SignedHead:
    return SignedHead(chain, ChainHead(sequence, bytes(32)), ManualClock().now(), b"s" * 64)


async def test_heads_come_back_in_order_and_apart_by_chain(tmp_path: Path) -> None:
    one, other = uuid.uuid4(), uuid.uuid4()
    log = HeadFiles(tmp_path / "heads")
    for sequence in (1, 5):
        await log.append(head(one, sequence))
    await log.append(head(other, 2))

    again = HeadFiles(tmp_path / "heads")

    assert await again.read(one) == (head(one, 1), head(one, 5))
    assert await again.read(other) == (head(other, 2),)
    assert await again.read(uuid.uuid4()) == ()


async def test_a_line_that_a_power_cut_tore_spoils_no_other(tmp_path: Path) -> None:
    chain = uuid.uuid4()
    log = HeadFiles(tmp_path)
    await log.append(head(chain, 1))
    with (tmp_path / f"{chain}.jsonl").open("ab") as file:
        file.write(b'{"chain":"')

    await log.append(head(chain, 2))

    assert [one.head.sequence for one in await log.read(chain)] == [1, 2]


async def test_only_their_owner_may_read_them(tmp_path: Path) -> None:
    chain = uuid.uuid4()
    log = HeadFiles(tmp_path / "heads")
    await log.append(head(chain, 1))
    assert stat.S_IMODE((tmp_path / "heads").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "heads" / f"{chain}.jsonl").stat().st_mode) == 0o600
