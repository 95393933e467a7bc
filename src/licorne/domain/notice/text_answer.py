"""What Licorne answers to an ordinary text, by itself: a confirmation, help, or where to write.

Nothing of a message, and no name but the practice's. In letters that ordinary texts have, so that
an answer is one or two of them.
"""

import enum
from collections.abc import Mapping
from datetime import timedelta

from licorne.domain.identity.language import Language
from licorne.domain.notice.practice_name import shortened_practice_name
from licorne.domain.notice.wording import PRACTICE, name_in_texts

# A confirmation that comes later would be one more text to who wants none: 47 CFR 64.1200(a)(12).
ANSWER_WITHIN = timedelta(minutes=5)
_PHONE = "{phone}"
_LONGEST_NAME = 40


class TextAnswer(enum.StrEnum):
    STOPPED = "stopped"
    STARTED = "started"
    HELP = "help"
    USE_LINK = "use_link"


_TEMPLATES: Mapping[Language, Mapping[TextAnswer, str]] = {
    Language.ENGLISH: {
        TextAnswer.STOPPED: "{practice}: you get no more texts from us. Reply START to get them"
        " again.",
        TextAnswer.STARTED: "{practice}: you get our texts again. Reply STOP to stop them, HELP"
        " for help.",
        TextAnswer.HELP: "{practice}: we text you when a secure message waits for you. Questions?"
        " {phone} Reply STOP to stop texts. Message and data rates may apply.",
        TextAnswer.USE_LINK: "{practice}: ordinary texts aren't private. Please answer by the link"
        " in our last text. In an emergency call 911 or your local emergency number.",
    },
    Language.SPANISH: {
        TextAnswer.STOPPED: "{practice}: usted ya no recibe mensajes nuestros. Responda START para"
        " recibirlos de nuevo.",
        TextAnswer.STARTED: "{practice}: usted recibe de nuevo nuestros mensajes. Responda STOP"
        " para cancelarlos, HELP para ayuda.",
        TextAnswer.HELP: "{practice}: le avisamos cuando le espera un mensaje seguro. Preguntas:"
        " {phone} Responda STOP para cancelar. Pueden aplicarse tarifas de mensajes y datos.",
        TextAnswer.USE_LINK: "{practice}: los mensajes de texto comunes no son privados. Responda"
        " por el enlace de nuestro mensaje anterior. En una emergencia llame al 911.",
    },
}
_NO_PHONE = {
    Language.ENGLISH: "Ask us at the practice.",
    Language.SPANISH: "Consulte en el consultorio.",
}
_CALL = {Language.ENGLISH: "Call {phone}.", Language.SPANISH: "llame al {phone}."}


def text_answer(answer: TextAnswer, language: Language, practice: str, phone: str | None) -> str:
    name = shortened_practice_name(name_in_texts(practice), _LONGEST_NAME)
    whom = _CALL[language].replace(_PHONE, phone) if phone else _NO_PHONE[language]
    return _TEMPLATES[language][answer].replace(_PHONE, whom).replace(PRACTICE, name)
