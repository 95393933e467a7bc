"""What mails of alarms say: which colleague did what, and where to look. Nothing of a patient."""

from datetime import UTC

from licorne.application.governing.mail_alarm import AlarmMail, WordedAlarm
from licorne.domain.identity.language import parse_language
from licorne.edges.web.language import gettext as _
from licorne.edges.web.language import speaking
from licorne.store.alarms import AlarmKind


class AlarmMailWording:
    def __init__(self, public_url: str) -> None:
        self._office = f"{public_url}/office"

    def __call__(self, mail: AlarmMail, code: str) -> WordedAlarm:
        """Word a mail in a language; one that we don't have gives English."""
        with speaking(parse_language(code)):
            return self._worded(mail)

    def _worded(self, mail: AlarmMail) -> WordedAlarm:
        emergency = mail.kind is AlarmKind.EMERGENCY
        what = {
            AlarmKind.EMERGENCY: _("%(name)s opened somebody else’s conversation in an emergency."),
            AlarmKind.RELEASE_ASKED: _("%(name)s asks you to open the practice’s copies together."),
            AlarmKind.RELEASED: _("%(name)s approved that the practice’s copies are opened."),
            AlarmKind.KIT_USED: _("%(name)s used the recovery kit to open the practice’s copies."),
            AlarmKind.HOLDERS_CHANGED: _("%(name)s changed who can open the practice’s copies."),
        }[mail.kind] % {"name": mail.by}
        subject = _("Alarm at %(practice)s") % {"practice": mail.practice}
        at = f"{mail.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        where = f"{self._office}/emergencies" if emergency else f"{self._office}/record-key"
        look = _("Look at it in the office:")
        end = _("Please don’t answer this mail: nobody reads it, and it isn’t private.")
        return WordedAlarm(subject, f"{what}\n\n{at}\n\n{look}\n\n{where}\n\n{end}\n")
