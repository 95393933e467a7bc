import pytest

from licorne.domain.notice.health_words import HealthWordKind, find_health_words


@pytest.mark.parametrize(
    ("text", "word", "kind"),
    [
        ("Lakeside Oncology", "Oncology", HealthWordKind.SPECIALTY),
        ("LAKESIDE ONCOLOGY", "ONCOLOGY", HealthWordKind.SPECIALTY),
        ("Clinique d'Oncología", "Oncología", HealthWordKind.SPECIALTY),
        ("Réhab House", "Réhab", HealthWordKind.SUBSTANCE_USE),
        ("Smith Psychiatry", "Psychiatry", HealthWordKind.MENTAL_HEALTH),
        ("Behavioral Care", "Behavioral", HealthWordKind.MENTAL_HEALTH),
        ("Counselling for you", "Counselling", HealthWordKind.MENTAL_HEALTH),
        ("The Women’s Health Centre", "Women’s Health", HealthWordKind.SEXUAL_HEALTH),
        ("H.I.V. clinic", "H.I.V", HealthWordKind.SEXUAL_HEALTH),
        ("your hiv_form", "hiv", HealthWordKind.SEXUAL_HEALTH),
        ("Test results are in", "Test results", HealthWordKind.TEST),
        ("your x ray", "x ray", HealthWordKind.TEST),
        ("your X-Ray", "X-Ray", HealthWordKind.TEST),
        ("ｄｉａｂｅｔｅｓ", "ｄｉａｂｅｔｅｓ", HealthWordKind.CONDITION),
        ("anaemia", "anaemia", HealthWordKind.CONDITION),
        ("your refill", "refill", HealthWordKind.TREATMENT),
        ("Centro de Depresión", "Depresión", HealthWordKind.MENTAL_HEALTH),
        ("Sus resultados están listos", "resultados", HealthWordKind.TEST),
        ("Ginecología del Valle", "Ginecología", HealthWordKind.SPECIALTY),
        ("su cirugía", "cirugía", HealthWordKind.TREATMENT),
        ("la presión arterial", "presión arterial", HealthWordKind.CONDITION),
        ("prueba del VIH", "VIH", HealthWordKind.SEXUAL_HEALTH),
        ("family\nplanning", "family\nplanning", HealthWordKind.SEXUAL_HEALTH),
    ],
)
def test_a_health_word_is_found_as_it_stands_in_the_text(
    text: str, word: str, kind: HealthWordKind
) -> None:
    assert [(found.word, found.kind) for found in find_health_words(text)] == [(word, kind)]


@pytest.mark.parametrize(
    "text",
    [
        "Lakeside Family Practice sent you a secure message.",
        "Spain Medical Center",
        "Dr. Parent, Entry Street Clinic",
        "Dr. Gynther and Dr. Payne",
        "Fluent Health",
        "Reply STOP to stop texts.",
        "Your doctor's office has written to you.",
        "Dr. J. Q. Public, M.D., P.C.",
        "Clínica Dolores, Dr. Parton y Dra. Sobrino",
        "Tiene un mensaje seguro del Consultorio Familiar del Valle.",
        "",
    ],
)
def test_plain_words_are_not_taken_for_health_words(text: str) -> None:
    assert find_health_words(text) == ()


def test_each_word_is_named_once_in_order() -> None:
    found = find_health_words("Therapy and cancer, THERAPY, then surgery")
    assert [health_word.word for health_word in found] == ["Therapy", "cancer", "surgery"]
