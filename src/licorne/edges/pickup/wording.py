"""What the contact's pages say when something isn't right; other words are in the templates."""

from licorne.domain.message.content import ContentRefused
from licorne.domain.pickup.password_rules import RefusedPassword
from licorne.domain.policy.verdict import Reason
from licorne.edges.web.language import gettext as _
from licorne.edges.web.language import ngettext
from licorne.edges.web.refusal import FieldFault


def enter_passphrase() -> FieldFault:
    return FieldFault("passphrase", _("Enter the passphrase."))


def wrong_passphrase(tries_left: int) -> FieldFault:
    left = ngettext("You can try once more.", "You can try %(num)s more times.", tries_left) % {
        "num": tries_left
    }
    return FieldFault("passphrase", f"{_('That passphrase is not right.')} {left}")


def enter_password() -> FieldFault:
    return FieldFault("password", _("Enter your password."))


def wrong_password() -> FieldFault:
    return FieldFault("password", _("That password is not right."))


def too_many_tries() -> FieldFault:
    return FieldFault("password", _("There were too many tries. Wait 15 minutes and try again."))


def password_locked() -> FieldFault:
    return FieldFault(
        "password", _("There were too many wrong passwords. Use “I forgot my password” below.")
    )


def wrong_passkey() -> FieldFault:
    return FieldFault(
        "password", _("This passkey doesn’t open these messages. Use your password instead.")
    )


def passkey_not_added() -> FieldFault:
    return FieldFault(
        "for_passkey", _("This passkey can’t be used here. Go on with your password.")
    )


def wrong_recovery_code() -> FieldFault:
    return FieldFault("recovery_code", _("That code opens nothing here. Check each group."))


def passkey_opens_nothing() -> FieldFault:
    return FieldFault("recovery_code", _("That passkey opens no earlier messages."))


def too_many_codes() -> FieldFault:
    return FieldFault(
        "recovery_code", _("There were too many tries. Wait 15 minutes and try again.")
    )


def already_claimed() -> FieldFault:
    return FieldFault(
        "password", _("A password has been set for these messages. Enter it to read them.")
    )


def refused_password(refused: RefusedPassword) -> FieldFault:
    return FieldFault("password", _(refused.sentence))


def too_many_resets() -> FieldFault:
    return FieldFault(
        "password", _("You have started anew several times today. Please call the practice.")
    )


def empty_reply() -> FieldFault:
    return FieldFault("reply", _("Write something before you send it."))


def refused_file(filename: str, reason: Reason) -> FieldFault:
    words = {
        Reason.ARCHIVE: _("The archive “%(name)s” holds too much. Send the files themselves."),
        Reason.INFECTED: _("The virus scanner found something bad in “%(name)s”."),
        Reason.SCANNER_DOWN: _(
            "“%(name)s” can’t be checked for viruses just now. Try again later."
        ),
    }.get(reason, _("The practice can’t take files like “%(name)s”."))
    return FieldFault("files", words % {"name": filename})


def refused_content(refused: ContentRefused) -> FieldFault:
    return FieldFault("reply", _(refused.sentence))


def too_many_replies() -> FieldFault:
    return FieldFault("reply", _("You have sent many replies in a short time. Wait an hour."))


def send_again() -> FieldFault:
    return FieldFault("reply", _("Your reply was not sent yet. Check it and send it again."))


def enter_number() -> FieldFault:
    return FieldFault("number", _("Enter the phone number that gets the practice’s texts."))
