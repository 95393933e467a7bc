import pytest
from hypothesis import given
from hypothesis import strategies as st

from licorne.domain.identity.language import Language
from licorne.domain.notice.gsm_alphabet import with_replacements
from licorne.domain.notice.segments import Encoding
from licorne.domain.notice.wording import (
    DEFAULT_NOTICE,
    DEFAULT_NUDGE,
    LONGEST_LINK,
    MOST_SEGMENTS,
    NOTICES,
    NUDGES,
    ROOM_KEPT_FOR_NAME,
    NoticeText,
    NoticeWording,
    wording_for,
)
from licorne.domain.notice.wording_check import WordingFault, check_practice_name, check_wording

PRACTICE = "Lakeside Family Practice"
LINK = "https://text.lakeside.example/Xk3vTq9aB2"


def faults_of(template: str, practice_name: str = PRACTICE) -> list[WordingFault]:
    return [finding.fault for finding in check_wording(NoticeWording(template), practice_name)]


def test_the_default_notice_says_who_writes_and_where_the_message_is_and_nothing_else() -> None:
    assert DEFAULT_NOTICE.compose(PRACTICE, LINK) == NoticeText(
        f"{PRACTICE} sent you a secure message: {LINK} Reply STOP to stop texts.",
        1,
        Encoding.GSM7,
    )


def test_the_default_nudge_says_that_a_message_still_waits() -> None:
    assert "still waiting" in DEFAULT_NUDGE.compose(PRACTICE, LINK).text


@pytest.mark.parametrize("wording", [*NOTICES.values(), *NUDGES.values()])
def test_the_default_wordings_pass_their_own_check(wording: NoticeWording) -> None:
    assert check_wording(wording, PRACTICE) == ()


def test_every_language_has_a_notice_and_a_nudge_that_lose_no_letter_in_ordinary_texts() -> None:
    assert set(NOTICES) == set(NUDGES) == set(Language)
    for language in Language:
        for wording in (NOTICES[language], NUDGES[language]):
            text = wording.compose("X" * ROOM_KEPT_FOR_NAME, "x" * LONGEST_LINK)
            assert (text.encoding, text.segments <= MOST_SEGMENTS) == (Encoding.GSM7, True)
            assert with_replacements(wording.template) == wording.template, language


def test_a_practices_own_words_go_to_who_reads_its_language_and_built_in_ones_to_others() -> None:
    own = "{practice} has a note for you: {link}"
    english, spanish = Language.ENGLISH, Language.SPANISH
    assert wording_for(NOTICES, own, english, None).template == own
    assert wording_for(NOTICES, own, english, english).template == own
    assert wording_for(NOTICES, own, english, spanish) == NOTICES[spanish]
    assert wording_for(NOTICES, own, spanish, None).template == own
    assert wording_for(NOTICES, None, spanish, None) == NOTICES[spanish]
    assert wording_for(NOTICES, None, None, None) == NOTICES[english]


@pytest.mark.parametrize(
    ("template", "fault"),
    [
        ("A message waits: {link}", WordingFault.NO_PRACTICE),
        ("{practice} sent you a message", WordingFault.NO_LINK),
        ("{practice} {link} or {link}", WordingFault.LINK_TWICE),
        ("{practice}: ({link})", WordingFault.LINK_TOUCHES_TEXT),
        ("{practice}: {link}.", WordingFault.LINK_TOUCHES_TEXT),
        ("{practice} Reply STOP to stop texts. {link}", WordingFault.LINK_AFTER_STOP),
        ("{practice} {link} or bit https://bit.example/x", WordingFault.OTHER_LINK),
        ("{practice} {link} www.lakeside.example", WordingFault.OTHER_LINK),
        ("Dear {patient}, {practice} {link}", WordingFault.NAMES_A_PERSON),
        ("Dear {first_name}, {practice} {link}", WordingFault.NAMES_A_PERSON),
        ("{practice} {link} {subject}", WordingFault.UNKNOWN_PLACEHOLDER),
        ("{practice_name} {practice} {link}", WordingFault.UNKNOWN_PLACEHOLDER),
        ("{practice} { link } {link}", WordingFault.UNKNOWN_PLACEHOLDER),
        ("{practice} {link} }", WordingFault.STRAY_BRACE),
        ("{{practice}} {link}", WordingFault.STRAY_BRACE),
        ("{practice} has your test results: {link}", WordingFault.HEALTH_WORD),
        ("{practice} ❤ {link}", WordingFault.RARE_CHARACTER),
        ("{practice} {link} " + "and so on " * 20, WordingFault.TOO_LONG),
    ],
)
def test_a_faulty_wording_is_found_and_blocked(template: str, fault: WordingFault) -> None:
    findings = check_wording(NoticeWording(template), PRACTICE)
    assert [finding.fault for finding in findings if finding.blocking] == [fault]


def test_the_sentence_about_a_health_word_names_the_word() -> None:
    finding, *_ = check_wording(NoticeWording("{practice}: Diabetes news {link}"), PRACTICE)
    assert '"Diabetes"' in finding.sentence
    assert "%s" not in finding.sentence


def test_every_sentence_keeps_its_braces_and_has_no_gap() -> None:
    templates = ("", "{x} {name} } {link}{link} STOP {link} http://x ❤ cancer", "x" * 400)
    findings = [
        found
        for template in templates
        for found in check_wording(NoticeWording(template), "Ж" * 99)
    ]
    assert {WordingFault.NO_LINK, WordingFault.TOO_LONG} <= {found.fault for found in findings}
    assert all(found.sentence.endswith(".") and "%s" not in found.sentence for found in findings)


def test_a_curly_quote_in_the_wording_is_straightened_and_costs_nothing() -> None:
    wording = NoticeWording("“{practice}” wrote – read it here: {link}")
    assert check_wording(wording, PRACTICE) == ()
    composed = wording.compose("José’s Clinic", LINK)
    assert composed.text == f'"José\'s Clinic" wrote - read it here: {LINK}'
    assert composed.encoding is Encoding.GSM7


def test_a_practice_name_that_tells_the_specialty_is_advised_about_and_may_stand() -> None:
    finding, *more = check_wording(DEFAULT_NOTICE, "Lakeside Oncology")
    assert (finding.fault, finding.blocking) == (WordingFault.NAME_TELLS_TOO_MUCH, False)
    assert '"Oncology"' in finding.sentence
    assert more == []


def test_a_practice_name_that_will_be_shortened_is_shown_as_it_will_be() -> None:
    name = "The Greater Springfield Community Family and Internal Medicine Practice"
    (finding,) = check_practice_name(name)
    assert finding.fault is WordingFault.NAME_SHORTENED
    assert "The Greater Springfield Community Family and Internal" in finding.sentence


def test_a_practice_name_without_plain_letters_is_refused_for_texts() -> None:
    assert faults_of(DEFAULT_NOTICE.template, "Клиника")[0] is WordingFault.RARE_CHARACTER_IN_NAME


def test_what_blocks_is_told_first() -> None:
    faults = faults_of("{practice} wrote", "Lakeside Oncology")
    assert faults == [WordingFault.NO_LINK, WordingFault.NAME_TELLS_TOO_MUCH]


def test_a_practice_called_like_a_placeholder_stays_a_name() -> None:
    composed = DEFAULT_NOTICE.compose("{link}", LINK)
    assert composed.text.startswith("{link} sent you")
    assert composed.text.count(LINK) == 1


def test_the_name_gives_way_to_the_link() -> None:
    wording = NoticeWording("{practice} " + "says so " * 14 + "{link}")
    composed = wording.compose("Lakeside Family Practice of Greater Springfield Hills", "x" * 160)
    assert composed.segments == 2
    assert composed.text.startswith("Lakeside Family Practice says")
    assert composed.text.endswith("x" * 160)


@pytest.mark.parametrize("link", ["", "https://x.example/a b", "https://x.example/é", "a\r\nb"])
def test_a_link_that_is_no_link_is_an_error_of_the_program(link: str) -> None:
    with pytest.raises(ValueError, match="link"):
        DEFAULT_NOTICE.compose(PRACTICE, link)


@given(
    st.text(alphabet="abc{}€ ’–", max_size=120),
    st.text(max_size=120),
    st.integers(min_value=1, max_value=LONGEST_LINK),
)
def test_a_wording_that_passed_its_check_never_takes_more_than_two_segments(
    words: str, practice_name: str, link_length: int
) -> None:
    wording = NoticeWording("{practice} " + words + " {link}")
    if any(finding.blocking for finding in check_wording(wording, practice_name)):
        return
    composed = wording.compose(practice_name, "x" * link_length)
    assert composed.segments <= 2
    assert composed.encoding is Encoding.GSM7
    assert composed.text.endswith("x" * link_length)
