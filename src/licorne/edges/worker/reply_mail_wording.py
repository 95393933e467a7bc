"""What mails to members say: that a reply waits, and where. Nothing of who wrote, or what.

A mail passes servers that aren't the practice's, so it may hold no name, number or word of a
contact (threat 38); `ReplyMail` brings none.
"""

from licorne.application.receiving.mail_notice import ReplyMail, WordedMail
from licorne.domain.identity.language import parse_language
from licorne.domain.message.reply_notice import NoticeKind
from licorne.edges.web.language import gettext as _
from licorne.edges.web.language import speaking


class ReplyMailWording:
    def __init__(self, public_url: str) -> None:
        self._office = f"{public_url}/office"

    def __call__(self, mail: ReplyMail, code: str) -> WordedMail:
        """Word a mail in a language; one that we don't have gives English."""
        with speaking(parse_language(code)):
            return self._worded(mail)

    def _worded(self, mail: ReplyMail) -> WordedMail:
        if mail.kind is NoticeKind.REPLY:
            return WordedMail(
                _("A reply waits for you"),
                self._text(
                    _("Somebody answered a message at %(practice)s.") % {"practice": mail.practice},
                    _("Open the office to read it:"),
                    self._link(mail),
                    _("You can switch these mails off under “Your account”."),
                    _("Please don’t answer this mail: nobody reads it, and it isn’t private."),
                ),
            )
        waits = _("A reply to %(whose)s at %(practice)s has waited too long to be read.") % {
            "whose": mail.whose,
            "practice": mail.practice,
        }
        named = _("You were named to be told of it.")
        if mail.threads:
            end = [_("Open the office to read it:"), self._link(mail)]
        else:
            ask = _("You can’t read it yourself. Ask %(whose)s, or an owner of the practice.")
            end = [ask % {"whose": mail.whose}]
        return WordedMail(_("A reply has waited too long"), self._text(waits, named, *end))

    def _link(self, mail: ReplyMail) -> str:
        if len(mail.threads) == 1:
            return f"{self._office}/mail/inbox/{mail.threads[0]}"
        return f"{self._office}/mail/unread"

    def _text(self, *paragraphs: str) -> str:
        return "\n\n".join(paragraphs) + "\n"
