import pytest
from hypothesis import given
from hypothesis import strategies as st

from licorne.domain.identity.email_address import parse_email_address
from licorne.domain.identity.phone_number import PhoneNumber
from licorne.domain.pickup.common_passwords import COMMON_PASSWORDS, COMMON_WORDS
from licorne.domain.pickup.passphrase import generate_passphrase
from licorne.domain.pickup.password_rules import (
    AcceptedPassword,
    PasswordContext,
    PasswordRefusalReason,
    RefusedPassword,
    judge_password,
    normalised_password,
)

CONTACT = PasswordContext("Lakeside Family Practice", number=PhoneNumber.from_e164("+12114367789"))
MEMBER = PasswordContext(
    "Lakeside Family Practice",
    person_name="Anna Lee",
    email=parse_email_address("anna.lee@lakeside.example"),
)


def refusal_of(typed: str, context: PasswordContext = CONTACT) -> PasswordRefusalReason:
    judged = judge_password(typed, context)
    assert isinstance(judged, RefusedPassword)
    assert judged.sentence.endswith(".")
    return judged.reason


@pytest.mark.parametrize("context", [CONTACT, MEMBER])
@pytest.mark.parametrize(
    "typed",
    [
        "tulip wagon moss",
        "vK3#pq9z",
        "correct wagon battery moss",
        "gurkensalat",
        "Übergrößenträger",
        "пятьсот вёдер",
        "雨が降ると庭が光る夜",
        "🦄🌧️🚲🫖🧦🪴🎻🧂",
        "sunshine over otter creek",
        "sunshine-84-21-99",
        "x" * 5 + "tulip wagon moss",
        "l4keside otter moss",
        "a" + "bK3#" * 16,
        "tulip wagon moss " * 15,
    ],
)
def test_a_password_that_nobody_tries_first_is_accepted(
    typed: str, context: PasswordContext
) -> None:
    assert judge_password(typed, context) == AcceptedPassword(typed.strip())


@pytest.mark.parametrize("length", [64, 255, 256])
def test_a_long_password_is_accepted(length: int) -> None:
    typed = ("tulip wagon moss " * 20)[: length - 1] + "x"
    assert isinstance(judge_password(typed, CONTACT), AcceptedPassword)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", PasswordRefusalReason.TOO_SHORT),
        ("vK3#pq9", PasswordRefusalReason.TOO_SHORT),
        ("   vK3#pq9    ", PasswordRefusalReason.TOO_SHORT),
        ("雨が降ると庭が", PasswordRefusalReason.TOO_SHORT),
        ("vK3#pq9z" * 40, PasswordRefusalReason.TOO_LONG),
        ("\ufdfa" * 20, PasswordRefusalReason.TOO_LONG),
        ("vK3#\x00pq9z", PasswordRefusalReason.UNUSABLE_CHARACTER),
        ("vK3#\npq9z", PasswordRefusalReason.UNUSABLE_CHARACTER),
        ("vK3#\ud800pq9z", PasswordRefusalReason.UNUSABLE_CHARACTER),
        ("vK3#\U0001fffepq9z", PasswordRefusalReason.UNUSABLE_CHARACTER),
    ],
)
def test_a_password_of_the_wrong_length_or_kind_is_refused(
    typed: str, reason: PasswordRefusalReason
) -> None:
    assert refusal_of(typed) is reason


@pytest.mark.parametrize(
    "typed",
    [
        "password",
        "Password1!",
        "PASSWORD",
        "P@ssw0rd",
        "p@$$w0rd123",
        "pássword",
        "ｐａｓｓｗｏｒｄ",
        "passwordpassword",
        "123password",
        "password123456",
        "sunshine",
        "5unsh1ne",
        "Summer2024!",
        "iloveyou",
        "!!letmein!!",
        "1q2w3e4r",
        "1qaz2wsx",
        "147258369",
        "correcthorsebatterystaple",
    ],
)
def test_a_common_password_is_refused_in_every_usual_disguise(typed: str) -> None:
    assert refusal_of(typed) is PasswordRefusalReason.COMMON


@pytest.mark.parametrize(
    "typed",
    [
        "12345678",
        "87654321",
        "1234567890",
        "aaaaaaaa",
        "aAaAaAaA",
        "abababab",
        "abcabcabc",
        "k7!k7!k7!",
        "abcdefgh",
        "abcd1234",
        "12341234",
        "11112222",
        "qwertyui",
        "asdfghjkl1",
        "poiuytre",
        "24121987",
        "12/24/1987",
        "1987-12-24",
        "24.12.1987",
    ],
)
def test_a_pattern_is_refused(typed: str) -> None:
    assert refusal_of(typed) in {PasswordRefusalReason.PATTERN, PasswordRefusalReason.COMMON}


@pytest.mark.parametrize(
    "typed",
    [
        "lakeside1",
        "Lakeside2024",
        "L4keside!",
        "lakeside family",
        "LakesideFamilyPractice",
        "family-practice-99",
        "licorne1",
        "securetext",
    ],
)
def test_the_practices_name_is_no_password(typed: str) -> None:
    assert refusal_of(typed) in {
        PasswordRefusalReason.NAMES_PRACTICE_OR_PERSON,
        PasswordRefusalReason.COMMON,
    }
    assert refusal_of("Lakeside2024") is PasswordRefusalReason.NAMES_PRACTICE_OR_PERSON


def test_a_members_own_name_is_no_password() -> None:
    assert refusal_of("AnnaLee99", MEMBER) is PasswordRefusalReason.NAMES_PRACTICE_OR_PERSON
    assert refusal_of("anna.lee@lakeside.example", MEMBER) is (
        PasswordRefusalReason.NAMES_PRACTICE_OR_PERSON
    )
    assert isinstance(judge_password("AnnaLee99", CONTACT), AcceptedPassword)


@pytest.mark.parametrize(
    "typed",
    ["2114367789", "12114367789", "+1 211 436 7789", "211-436-7789", "14367789", "x4367789"],
)
def test_ones_own_number_is_no_password(typed: str) -> None:
    assert refusal_of(typed) is PasswordRefusalReason.SHOWS_NUMBER
    assert isinstance(judge_password("8057713926", CONTACT), AcceptedPassword)


def test_one_password_typed_on_two_keyboards_is_one_password() -> None:
    composed, decomposed = "tulip caf\u00e9 moss", "tulip cafe\u0301 moss"
    assert normalised_password(composed) == normalised_password(decomposed)
    assert normalised_password(" tulip wagon moss ") == "tulip wagon moss"
    assert normalised_password("Tulip Wagon Moss") != "tulip wagon moss"


def test_what_cannot_be_a_password_is_none_rather_than_an_error_when_it_is_tried() -> None:
    assert normalised_password("x" * 257) is None
    assert normalised_password("tulip\x00wagon") is None


def test_an_accepted_password_never_shows_itself_in_a_log_line() -> None:
    assert "tulip" not in repr(judge_password("tulip wagon moss", CONTACT))


def test_the_list_of_common_passwords_is_in_the_form_in_which_it_is_compared() -> None:
    assert len(COMMON_WORDS) > 1500
    assert all(word.isascii() and word.isalpha() and word.islower() for word in COMMON_WORDS)
    assert all(whole == whole.lower() for whole in COMMON_PASSWORDS)


@given(st.text(max_size=300))
def test_any_text_is_accepted_or_refused_and_what_is_accepted_can_be_tried(typed: str) -> None:
    judged = judge_password(typed, CONTACT)
    if isinstance(judged, AcceptedPassword):
        assert normalised_password(typed) == judged.normalised
        assert normalised_password(judged.normalised) == judged.normalised
        assert 8 <= len(judged.normalised) <= 256
        assert judged.normalised.encode()


@given(st.binary(min_size=8, max_size=8))
def test_a_generated_passphrase_would_be_a_good_password(drawn: bytes) -> None:
    shown = generate_passphrase(lambda _: drawn).shown
    if len(set(shown.split())) == 4:
        assert isinstance(judge_password(shown, CONTACT), AcceptedPassword)
