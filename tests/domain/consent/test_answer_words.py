"""What people text back, as they write it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licorne.domain.consent.answer_words import Said, understand
from licorne.domain.identity.language import Language
from licorne.domain.notice.segments import Encoding, segment
from licorne.domain.notice.text_answer import TextAnswer, text_answer

STOP_WORDS = (
    "STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT", "OPT OUT",
    "REMOVE", "ALTO", "PARAR", "BAJA", "CANCELAR", "DETÉN", "NO MÁS",
)  # fmt: skip


@pytest.mark.parametrize("word", STOP_WORDS)
def test_each_word_for_stopping_stops_in_any_dress(word: str) -> None:
    for dressed in (
        word,
        word.lower(),
        word.title(),
        f"  {word.lower()}\n",
        f"{word}.",
        f"{word.lower()}!!!",
        f'"{word}"',
        f"¡{word}!",
        word.replace(" ", "  "),
        f"\u200b{word}\ufe0f",
    ):
        assert understand(dressed).said is Said.STOP, dressed


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Stop.", Said.STOP),
        (" stop ", Said.STOP),
        ("STOP please é", Said.HOLD),
        ("Opt-out", Said.STOP),
        ("ｓｔｏｐ", Said.STOP),  # full width
        ("Stop texting me!", Said.HOLD),
        ("opt out of these", Said.HOLD),
        ("stop🛑", Said.HOLD),
        ("Stop, I'm driving", Said.HOLD),
        ("cancel my appointment on Friday", Said.HOLD),
        ("No más mensajes por favor", Said.HOLD),
        ("START", Said.START),
        ("unstop!", Said.START),
        ("empezar", Said.START),
        ("Start my pills when?", Said.OTHER),
        ("Help", Said.HELP),
        ("ayuda?", Said.HELP),
        ("¿Ayuda?", Said.HELP),
        ("Help me with the bill", Said.OTHER),
        ("I can't stop coughing", Said.OTHER),
        ("stopped bleeding", Said.OTHER),
        ("the end", Said.OTHER),
        ("", Said.OTHER),
        ("👍", Said.OTHER),
    ],
)
def test_what_a_text_asks_for(text: str, said: Said) -> None:
    assert understand(text).said is said


def test_a_spanish_word_tells_the_language() -> None:
    assert understand("Baja").language is Language.SPANISH
    assert understand("stop").language is Language.ENGLISH


@given(st.text(max_size=200))
def test_every_text_has_one_meaning(text: str) -> None:
    assert understand(text).said in Said


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("answer", list(TextAnswer))
@pytest.mark.parametrize("phone", ["(212) 555-0100", None])
def test_an_answer_is_one_or_two_plain_texts_that_say_who_writes(
    language: Language, answer: TextAnswer, phone: str | None
) -> None:
    words = text_answer(answer, language, "Byron Family Practice of the Lower East Side", phone)
    counted = segment(words)
    assert words.startswith("Byron Family Practice")
    assert counted.encoding is Encoding.GSM7
    assert counted.segments <= 2
    assert "{" not in words
    if answer is TextAnswer.HELP and phone:
        assert phone in words
