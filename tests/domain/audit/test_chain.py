from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licorne.domain.audit.chain import (
    BreakKind,
    ChainBreak,
    ChainHead,
    ChainLink,
    genesis,
    link_hash,
    next_link,
    verify_chain,
)

START = genesis(b"organization")


def chain_of(events: list[bytes], start: ChainHead = START) -> list[ChainLink]:
    links: list[ChainLink] = []
    head = start
    for event in events:
        link = next_link(head, event)
        links.append(link)
        head = head_at(link)
    return links


def head_at(link: ChainLink) -> ChainHead:
    return ChainHead(link.sequence, link.hash)


def some_chain(length: int = 6) -> list[ChainLink]:
    return chain_of([f"event {number}".encode() for number in range(1, length + 1)])


def test_the_layout_of_version_1_never_changes() -> None:
    assert START.hash.hex() == "1e515af7e092e45697bd37fdd6afd822284d1a83cac9ce8f91927ab75e9309d9"
    assert (
        link_hash(bytes(32), 1, b"event").hex()
        == "dcc24108ecf2d233fdcf3f80dba13f0e5b03ccfc535fe59f3e2f0bb0d76f076c"
    )


def test_an_untouched_chain_gives_its_head() -> None:
    links = some_chain()
    assert verify_chain(links, START) == head_at(links[-1])


def test_an_empty_chain_gives_its_start() -> None:
    assert verify_chain([], START) == START


def test_a_verified_head_can_be_continued_from() -> None:
    links = some_chain()
    assert verify_chain(links[3:], head_at(links[2])) == head_at(links[-1])


def test_an_edited_event_is_found() -> None:
    links = some_chain()
    links[2] = replace(links[2], event=b"something else")
    assert verify_chain(links, START) == ChainBreak(BreakKind.EDITED, 3)


def test_an_edited_event_with_its_own_hash_made_anew_is_found_at_the_next_link() -> None:
    links = some_chain()
    links[2] = next_link(head_at(links[1]), b"something else")
    assert verify_chain(links, START) == ChainBreak(BreakKind.EDITED, 4)


@pytest.mark.parametrize("field", ["hash", "previous"])
def test_an_edited_hash_is_found(field: str) -> None:
    links = some_chain()
    links[2] = replace(links[2], **{field: bytes(32)})  # type: ignore[arg-type]
    assert verify_chain(links, START) == ChainBreak(BreakKind.EDITED, 3)


def test_a_link_taken_out_is_found() -> None:
    links = some_chain()
    del links[2]
    assert verify_chain(links, START) == ChainBreak(BreakKind.MISSING, 3)


def test_the_first_link_taken_out_is_found() -> None:
    assert verify_chain(some_chain()[1:], START) == ChainBreak(BreakKind.MISSING, 1)


def test_two_links_in_the_wrong_order_are_found() -> None:
    links = some_chain()
    links[1], links[4] = links[4], links[1]
    assert verify_chain(links, START) == ChainBreak(BreakKind.REORDERED, 2)


def test_two_rows_that_swapped_their_numbers_are_found() -> None:
    links = some_chain()
    second, fifth = links[1], links[4]
    links[1], links[4] = replace(fifth, sequence=2), replace(second, sequence=5)
    assert verify_chain(links, START) == ChainBreak(BreakKind.REORDERED, 2)


def test_a_row_that_only_changed_its_number_is_found() -> None:
    links = some_chain()
    links[2] = replace(links[2], sequence=9)
    assert verify_chain(links, START) == ChainBreak(BreakKind.REORDERED, 3)


def test_a_link_that_stands_twice_is_found() -> None:
    links = some_chain()
    links.insert(3, links[2])
    assert verify_chain(links, START) == ChainBreak(BreakKind.REORDERED, 4)


def test_a_shortened_chain_is_found_against_a_kept_head() -> None:
    links = some_chain()
    kept = [head_at(links[-1])]
    assert verify_chain(links[:4], START) == head_at(links[3])
    assert verify_chain(links[:4], START, kept) == ChainBreak(BreakKind.MISSING, 5)
    assert verify_chain([], START, kept) == ChainBreak(BreakKind.MISSING, 1)


def test_a_chain_computed_anew_is_found_against_a_kept_head() -> None:
    kept = [head_at(some_chain()[4])]
    forged = chain_of([b"forged"] * 6)
    assert verify_chain(forged, START) == head_at(forged[-1])
    assert verify_chain(forged, START, kept) == ChainBreak(BreakKind.EDITED, 5)


def test_kept_heads_from_before_the_start_are_not_asked_for() -> None:
    links = some_chain()
    kept = [head_at(links[0]), head_at(links[5])]
    assert verify_chain(links[3:], head_at(links[2]), kept) == head_at(links[5])


def test_a_chain_of_one_organization_does_not_pass_for_anothers() -> None:
    links = chain_of([b"event"], genesis(b"another"))
    assert verify_chain(links, START) == ChainBreak(BreakKind.EDITED, 1)


@pytest.mark.parametrize(
    ("previous", "sequence"), [(b"short", 1), (bytes(32), 0), (bytes(32), 2**63)]
)
def test_a_link_that_cannot_be_is_refused(previous: bytes, sequence: int) -> None:
    with pytest.raises(ValueError):
        link_hash(previous, sequence, b"event")


@given(st.lists(st.binary(max_size=20), min_size=2, max_size=12), st.data())
def test_whatever_is_done_to_one_link_is_found_at_or_before_the_next(
    events: list[bytes], data: st.DataObject
) -> None:
    links = chain_of(events)
    place = data.draw(st.integers(0, len(links) - 2))
    other = data.draw(st.binary(max_size=20).filter(lambda event: event != links[place].event))
    tampered = data.draw(
        st.sampled_from(
            [
                [*links[:place], *links[place + 1 :]],
                [*links[:place], replace(links[place], event=other), *links[place + 1 :]],
                [*links[:place], links[place + 1], links[place], *links[place + 2 :]],
                [*links[:place], next_link(START, other), *links[place + 1 :]],
            ]
        )
    )
    found = verify_chain(tampered, START)
    assert isinstance(found, ChainBreak)
    assert found.sequence <= links[place].sequence + 1
