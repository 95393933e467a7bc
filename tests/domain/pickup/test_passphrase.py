from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licorne.domain.notice.health_words import find_health_words
from licorne.domain.pickup.passphrase import (
    LONGEST_TYPED,
    PassphraseRefusalReason,
    PassphraseRefused,
    generate_passphrase,
    normalised_passphrase,
    parse_chosen_passphrase,
)
from licorne.domain.pickup.passphrase_words import PASSPHRASE_WORDS


def test_the_word_list_is_a_power_of_two_of_distinct_short_plain_words() -> None:
    assert len(PASSPHRASE_WORDS) == len(set(PASSPHRASE_WORDS)) == 2048
    assert all(
        3 <= len(word) <= 8 and word.isascii() and word.islower() for word in PASSPHRASE_WORDS
    )
    assert all(word.isalpha() for word in PASSPHRASE_WORDS)


def test_no_word_of_the_list_has_to_do_with_health() -> None:
    assert find_health_words(" ".join(PASSPHRASE_WORDS)) == ()


def test_a_passphrase_is_four_words_drawn_by_the_random_bytes() -> None:
    asked: list[int] = []

    def bytes_of(count: int) -> bytes:
        asked.append(count)
        return (0).to_bytes(2) + (1).to_bytes(2) + (2047).to_bytes(2) + (2048 + 5).to_bytes(2)

    passphrase = generate_passphrase(bytes_of)
    drawn = [PASSPHRASE_WORDS[number] for number in (0, 1, 2047, 5)]
    assert passphrase.shown == " ".join(drawn)
    assert asked == [8]


def test_every_word_is_drawn_by_equally_many_byte_pairs() -> None:
    drawn = dict.fromkeys(PASSPHRASE_WORDS, 0)
    for number in range(0, 65_536, 4):
        four = b"".join((number + step).to_bytes(2) for step in range(4))
        for word in generate_passphrase(BytesIO(four).read).shown.split():
            drawn[word] += 1
    assert set(drawn.values()) == {32}


@pytest.mark.parametrize(
    "typed",
    [
        "maple otter canyon lamp",
        "Maple Otter Canyon Lamp",
        "MAPLE-OTTER-CANYON-LAMP",
        "  maple   otter canyon lamp. ",
        "maple, otter, canyon, lamp",
        "maple_otter–canyon\u00a0lamp",
        "mapleottercanyonlamp",
        "map le otter canyon lamp",
        "ｍａｐｌｅ otter canyon lamp",
        "mäple ötter cányon lamp",
        "maple\u200b otter\ncanyon lamp",
    ],
)
def test_what_a_person_types_is_compared_without_case_accents_and_signs(typed: str) -> None:
    assert normalised_passphrase(typed) == "mapleottercanyonlamp"


def test_other_words_or_another_order_are_another_passphrase() -> None:
    assert normalised_passphrase("otter maple canyon lamp") != "mapleottercanyonlamp"
    assert normalised_passphrase("maple otter canyon") != "mapleottercanyonlamp"


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", PassphraseRefusalReason.TOO_SHORT),
        ("a - b - c - d - e", PassphraseRefusalReason.TOO_SHORT),
        ("!!!!!!!!!!", PassphraseRefusalReason.TOO_SHORT),
        ("x" * (LONGEST_TYPED + 1), PassphraseRefusalReason.TOO_LONG),
    ],
)
def test_a_chosen_passphrase_that_is_too_short_or_too_long_is_refused(
    typed: str, reason: PassphraseRefusalReason
) -> None:
    with pytest.raises(PassphraseRefused) as caught:
        parse_chosen_passphrase(typed)
    assert caught.value.reason is reason
    assert caught.value.sentence


def test_a_chosen_passphrase_is_shown_as_it_was_written() -> None:
    assert parse_chosen_passphrase("  Blue  Horse ").shown == "Blue Horse"
    assert parse_chosen_passphrase("синий конь").normalised == "синииконь"


def test_a_passphrase_never_shows_itself_in_a_log_line() -> None:
    assert "horse" not in f"{parse_chosen_passphrase('blue horse')!r}"


@given(st.text(max_size=300))
def test_normalising_never_fails_and_twice_is_once(typed: str) -> None:
    once = normalised_passphrase(typed)
    assert normalised_passphrase(once[:LONGEST_TYPED]) == once[:LONGEST_TYPED]
