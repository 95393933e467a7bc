"""Words that tell something about a person's health when they stand in an open text message.

A text can be read on a locked screen, by a carrier and by whoever has the number next. That a
practice has written is no secret to its patient; *what kind* of practice, or about what, may be one
to everybody else. `*` at the end of an entry means "any ending", `?` that
the letter before it may be missing. General words (clinic, doctor, health, medical, appointment)
are not in the list: they say no more than that a practice has written. English and Spanish words
stand in one list: a text may hold either. The list helps; it can't know every word, and the office
says so.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum


class HealthWordKind(StrEnum):
    SPECIALTY = "specialty"
    CONDITION = "condition"
    MENTAL_HEALTH = "mental_health"
    SUBSTANCE_USE = "substance_use"
    SEXUAL_HEALTH = "sexual_health"
    TEST = "test"
    TREATMENT = "treatment"


@dataclass(frozen=True, slots=True)
class HealthWord:
    """A word that was found, as it stands in the text (accents and all), and its kind."""

    word: str
    kind: HealthWordKind


_WORDS = {
    HealthWordKind.SPECIALTY: """
        allerg*, ana?esthesi*, audiolog*, bariatric*, cardiac, cardiolog*, cardiovascular,
        chiropract*, colorectal, dental, dentist*, dermatolog*, dialysis, endocrin*, endodont*,
        ent, epileptolog*, gastroenter*, geriatric*, gerontolog*, ha?ematolog*, heart,
        hepatolog*, hospice, immunolog*, infectious, infusion, kidney, lung, memory clinic,
        nephrolog*, neuro*, oncolog*, ophthalm*, optometr*, orthodont*, orthop*, otolaryng*,
        pain, palliative, pa?ediatric*, patholog*, periodont*, physiatr*, physiotherap*,
        podiatr*, prosthodont*, pulmon*, radiation, radiolog*, rheumat*, sleep clinic, sleep
        center, spine, sports medicine, thoracic, transplant*, urolog*, vascular, vein, wound,
        corazon, fisioterap*, ginecolog*, neumolog*, odontolog*, oftalmolog*, ortoped*, otorrino*,
        pediatr*, quiropract*, reumatolog*, rinon*
    """,
    HealthWordKind.CONDITION: """
        aids, alzheimer*, amputat*, ana?emi*, arthritis, asthma*, autis*, autoimmune, bleed*,
        blood pressure, cancer*, carcinoma*, celiac, chronic*, cirrhosis, copd, covid*, cyst,
        cysts, deaf*, dementia, diabet*, diagnos*, disabilit*, disease*, eczema, emphysema,
        epilep*, fibromyalgia, flu, fracture*, glaucoma, heart attack, hepatitis, hernia*,
        hypertension, illness*, incontinen*, infect*, injur*, insulin, jaundice, leuka?emia*,
        lupus, lymphoma*, malignan*, melanoma*, metasta*, migraine*, multiple sclerosis, obes*,
        osteopor*, parkinson*, pneumonia, psoriasis, remission, seizure*, sepsis, shingles,
        sick, sickle cell, stroke, strokes, symptom*, tuberculosis, tumou?r*, ulcer*, wheelchair,
        alergi*, artritis, asma, convulsion*, derrame*, dolor, enferma*, enfermedad*, enfermo*,
        gripe, hepatit*, herida*, hipertens*, infecc*, neumonia*, presion arterial, sangr*, sida,
        sintoma*
    """,
    HealthWordKind.MENTAL_HEALTH: """
        adhd, anorex*, antidepress*, anxi*, behavio?ral, bipolar, bulimi*, cbt, counsell?ing,
        counsell?or*, depress*, dissociat*, eating disorder*, grief, insomni*, mental*, mood,
        obsessive, ocd, panic, personality disorder*, psychiat*, psycho*, ptsd, schizo*,
        self-harm, suicid*, therap*, trauma*,
        ansiedad, depresi*, psico*, psiquiatr*, salud mental, terap*, trastorno*
    """,
    HealthWordKind.SUBSTANCE_USE: """
        abuse, addict*, alcohol*, benzodiazepine*, buprenorphine, cocaine, detox*, drug, drugs,
        fentanyl, heroin, intoxicat*, methadone, naloxone, naltrexone, narcotic*, opiate*,
        opioid*, overdose*, recovery, rehab*, relapse*, sober*, sobriety, suboxone, substance
        use, withdrawal,
        adicci*, droga*, drogadic*, metadona, recaida*, sobredosis, sobriedad
    """,
    HealthWordKind.SEXUAL_HEALTH: """
        abortion*, birth control, breast*, cervical, chlamydia, contracep*, erectile, family
        planning, fertil*, gender, gonorrh*, gyna?ec*, gyno*, hiv, hormon*, hpv, hrt, infertil*,
        ivf, iud, libido, mammog*, maternity, menopaus*, menstru*, midwi*, miscarr*,
        morning-after, ob-gyn, obgyn, obstetric*, ovar*, pap smear, planned parenthood,
        pregnan*, prenatal, prostat*, reproduct*, semen, sexual*, sperm, std, stds, sti, stis,
        syphilis, testic*, transgender, uter*, vagin*, vasectom*, viagra, women'?s health,
        men'?s health,
        abort*, anticoncep*, embaraz*, esteril*, mamograf*, papanicolau*, parto,
        partos, planificacion familiar, sifilis, vih
    """,
    HealthWordKind.TEST: """
        a1c, abnormal, biops*, blood test*, blood work, bloodwork, cat scan, cbc, cholesterol,
        colonoscop*, ct scan, ecg, eeg, ekg, endoscop*, genetic*, glucose, imaging, lab, labs,
        laborator*, mri, negative, positive, result, results, screening, specimen*, stool, test
        result*, tested, ultrasound, urin*, viral load, x-ray*, xray*,
        analisis, ecografia*, negativo, orina, positivo, radiografia*, resultado*, ultrasonido*
    """,
    HealthWordKind.TREATMENT: """
        antibiotic*, antiviral*, botox, chemo*, dosage*, dose, doses, immuni[sz]*, implant*,
        inhaler*, inject*, medication*, metformin, ozempic, pharmac*, pill, pills, prescri*,
        procedure*, prozac, refill*, rx, stitches, surger*, surgical*, tablet, tablets,
        treatment*, vaccin*, xanax, zoloft,
        cirug*, dosis, farmac*, inyec*, insulina, medicament*, pastilla*, quimio*, quirurg*,
        receta*, tratamiento*, vacun*
    """,
}


_LETTERS = r"[^\W_]*"  # an underscore joins no words in a text that people read


def _pattern_of(entry: str) -> str:
    stem = entry.removesuffix("*")
    ending = _LETTERS if entry.endswith("*") else ""
    return re.sub(r"[ -]", r"[\\s-]+", stem) + ending


def _pattern_of_kind(words: str) -> str:
    entries = [" ".join(entry.split()) for entry in words.split(",")]
    # The longest first, so that "test result" is named rather than "result".
    return "|".join(_pattern_of(entry) for entry in sorted(entries, key=len, reverse=True))


_HEALTH_WORD = re.compile(
    r"(?<![^\W_])(?:"
    + "|".join(f"(?P<{kind}>{_pattern_of_kind(_WORDS[kind])})" for kind in _WORDS)
    + r")(?![^\W_])"
)
_DOT_OF_INITIALS = re.compile(r"(?<=\b[a-z])\.(?=[a-z]\b)")


def find_health_words(text: str) -> tuple[HealthWord, ...]:
    """Find the health words in `text`, each once, in order of appearance.

    Whole words only, whatever their case and accents; initials with dots (`H.I.V.`) count, too.
    """
    plain, origins = _folded(text)
    found: dict[str, HealthWord] = {}
    for match in _HEALTH_WORD.finditer(plain):
        kind = match.lastgroup
        assert kind is not None, "every alternative is in a named group"
        word = text[origins[match.start()] : origins[match.end() - 1] + 1]
        found.setdefault(match.group(), HealthWord(word, HealthWordKind(kind)))
    return tuple(found.values())


def _folded(text: str) -> tuple[str, list[int]]:
    """Give the text without case, accents and dots in initials, and where each letter came from."""
    letters: list[str] = []
    origins: list[int] = []
    for position, character in enumerate(text):
        for letter in unicodedata.normalize("NFKD", character.casefold()):
            if not unicodedata.combining(letter):
                letters.append("'" if letter == "’" else letter)
                origins.append(position)
    folded = "".join(letters)
    dots = {match.start() for match in _DOT_OF_INITIALS.finditer(folded)}
    kept = [place for place in range(len(folded)) if place not in dots]
    return "".join(folded[place] for place in kept), [origins[place] for place in kept]
