"""What a refusal says to the person who sent the message: what is wrong and what to do."""

from licorne.domain.policy.verdict import Reason, Refuse
from licorne.domain.translatable import Sentence, translatable

_SENTENCES = {
    Reason.NO_RECIPIENT: translatable(
        "The message has no recipient. Add a phone number, such as 2125550123@secure.text."
    ),
    Reason.TOO_MANY_RECIPIENTS: translatable(
        "A message can go to at most 100 people. Send it in several parts."
    ),
    Reason.SENDER_SUSPENDED: translatable(
        "This account is suspended and can't send. Ask your practice's owner."
    ),
    Reason.ORGANIZATION_SUSPENDED: translatable(
        "Sending is suspended for this practice. Ask its owner."
    ),
    Reason.OPTED_OUT: translatable(
        "This person has asked not to be texted. Reach them another way, or ask "
        "them to turn texts on again."
    ),
    Reason.CONSENT_REVOKED: translatable(
        "This person has taken back their consent to be texted. Reach them another way, or record "
        "on their page that they agree again."
    ),
    Reason.CONSENT_MISSING: translatable(
        "Your practice texts nobody whose consent isn't recorded. Ask the person, and record their "
        "answer on their page under Consent."
    ),
    Reason.NUMBER_REFUSED: translatable("This phone number can't receive a secure text. Check it."),
    Reason.QUOTA: translatable(
        "Your practice has reached its limit of messages for today. Try again tomorrow, "
        "or ask your practice's owner to raise the limit."
    ),
    Reason.ATTACHMENT_TYPE: translatable(
        "A file of the type .%(detail)s can't be sent because it could run as a "
        "program. Send it as a PDF or a picture."
    ),
    Reason.ACTIVE_FILE: translatable(
        "A file is a program, a script or a web page, or an archive that holds one, whatever its"
        " name says. Send it as a PDF or a picture."
    ),
    Reason.ARCHIVE: translatable(
        "An archive (such as a .zip) unpacks to far too much, or holds archives within archives."
        " Send the files themselves."
    ),
    Reason.INFECTED: translatable(
        "The virus scanner found malware in a file, so nothing was sent. Check the computer that"
        " the file comes from."
    ),
    Reason.SCANNER_DOWN: translatable(
        "Files can't be checked for malware just now. Try again later, or send the text alone."
    ),
    Reason.TOO_LARGE: translatable(
        "The message is larger than your practice allows. Send fewer or smaller files."
    ),
    Reason.EMPTY: translatable("The message is empty. Write something or attach a file."),
    Reason.EXPIRY: translatable(
        "The time until the message expires must be between 5 minutes and 365 days."
    ),
}


def sentence(refusal: Refuse) -> str:
    """Give the sentence for a refusal; it names nothing but the detail (a file's extension)."""
    words = _SENTENCES[refusal.reason]
    return Sentence(words, {"detail": refusal.detail}) if refusal.detail else words
