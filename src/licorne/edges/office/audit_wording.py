"""The audit's tags in words, and the kinds by which it can be narrowed."""

from dataclasses import dataclass

from licorne.domain.audit.tags import Tag
from licorne.edges.web.language import gettext as _


@dataclass(frozen=True, slots=True)
class AuditKind:
    key: str
    label: str
    prefix: str  # of the tags


def kinds() -> tuple[AuditKind, ...]:
    return (
        AuditKind("all", _("Everything"), ""),
        AuditKind("members", _("Members"), "member:"),
        AuditKind("sign-ins", _("Sign-ins"), "member:session:"),
        AuditKind("reading", _("Reading"), "member:message:opened"),
        AuditKind("contacts", _("Contacts"), "contact:"),
        AuditKind("system", _("System"), "system:"),
    )


def kind_of(key: str) -> AuditKind:
    return next((one for one in kinds() if one.key == key), kinds()[0])


def tag_words(tag: Tag) -> str:
    """Say a tag in words; one that has none yet is shown as it is."""
    return {
        Tag.MESSAGE_ACCEPTED: _("sent a message"),
        Tag.MESSAGE_REFUSED: _("tried to send a message"),
        Tag.MESSAGE_RECALLED: _("recalled a message"),
        Tag.MESSAGE_EXPIRED: _("ended a contact’s copy at its expiry"),
        Tag.NOTICE_SENT: _("sent a text"),
        Tag.NOTICE_FAILED: _("could not send a text"),
        Tag.NOTICE_RECEIPT: _("took a carrier’s receipt"),
        Tag.NUDGE_ASKED: _("asked for a reminder"),
        Tag.CHALLENGE_SET: _("set a new passphrase"),
        Tag.LINK_FETCHED: _("fetched a link"),
        Tag.FRESH_LINK_ASKED: _("asked for a fresh link"),
        Tag.CHALLENGE_PROVED: _("proved a passphrase"),
        Tag.CHALLENGE_FAILED: _("typed a wrong passphrase"),
        Tag.CHALLENGE_LOCKED: _("locked a passphrase"),
        Tag.MAILBOX_CLAIMED: _("set the first password"),
        Tag.MAILBOX_CLAIM_LOST: _("was too late to set the first password"),
        Tag.MAILBOX_RESET: _("reset the password"),
        Tag.MAILBOX_REOPENED: _("opened earlier messages again after a reset"),
        Tag.CONTACT_SIGNED_IN: _("signed in"),
        Tag.CONTACT_SIGN_IN_FAILED: _("could not sign in"),
        Tag.CONTACT_SIGNED_OUT: _("signed out"),
        Tag.CONTACT_RECOVERY_CODE_MADE: _("made a recovery code"),
        Tag.CONTACT_RECOVERY_CODE_REMOVED: _("ended the recovery code"),
        Tag.CONTACT_PASSKEY_ADDED: _("added a passkey"),
        Tag.CONTACT_PASSKEY_REMOVED: _("removed a passkey"),
        Tag.CONTACT_OPENED: _("read a message"),
        Tag.CONTACT_DOWNLOADED: _("took a file"),
        Tag.CONTACT_PRINTED: _("printed a message"),
        Tag.CONTACT_REPLIED: _("answered"),
        Tag.CONTACT_OPTED_OUT: _("asked for no more texts"),
        Tag.CONTACT_OPTED_IN: _("asked for texts again"),
        Tag.CONTACT_CHOSE_LANGUAGE: _("chose a language"),
        Tag.CONTACT_REFUSED: _("was refused"),
        Tag.MEMBER_SIGNED_IN: _("signed in"),
        Tag.MEMBER_SIGN_IN_FAILED: _("could not sign in"),
        Tag.MEMBER_SIGNED_OUT: _("signed out"),
        Tag.MEMBER_OPENED: _("read a message"),
        Tag.MEMBER_DOWNLOADED: _("took a file"),
        Tag.MEMBER_SAW_INBOX: _("looked at a list of conversations"),
        Tag.MEMBER_SAW_CONTACTS: _("looked at contacts"),
        Tag.MEMBER_MARKED_THREAD: _("moved a conversation"),
        Tag.THREAD_ASSIGNED: _("said whose work a conversation is"),
        Tag.NOTE_ADDED: _("noted something for the team"),
        Tag.MEMBER_SAW_AUDIT: _("looked at the audit trail"),
        Tag.MEMBER_REGRANTED: _("gave a message back after a reset"),
        Tag.MEMBER_ADDED: _("added a member"),
        Tag.MEMBER_REMOVED: _("removed a member"),
        Tag.MEMBER_SUSPENDED: _("changed whether a member may act"),
        Tag.MEMBER_UNLOCKED: _("let a locked-out member try again"),
        Tag.MEMBER_INVITED: _("invited somebody"),
        Tag.MEMBER_LET_BACK: _("let a member set up their sign-in anew"),
        Tag.INVITATION_WITHDRAWN: _("withdrew an invitation"),
        Tag.INVITATION_ACCEPTED: _("accepted an invitation"),
        Tag.INVITATION_REFUSED: _("came with an invitation that isn’t good"),
        Tag.MEMBER_RECOVERED: _("set a new password with the recovery code"),
        Tag.MESSAGE_HANDED_OVER: _("handed a message over to a colleague"),
        Tag.THREAD_REASSIGNED: _("gave a conversation to a colleague or team"),
        Tag.TEAM_KEY_RENEWED: _("gave a team a new key"),
        Tag.PASSWORD_CHANGED: _("changed the password"),
        Tag.AUTHENTICATOR_CHANGED: _("set up another authenticator app"),
        Tag.RECOVERY_CODE_MADE: _("made a recovery code"),
        Tag.PASSKEY_ADDED: _("added a passkey"),
        Tag.PASSKEY_REMOVED: _("removed a passkey"),
        Tag.MAIL_WISHES_CHANGED: _("changed which emails they get"),
        Tag.SESSION_REVOKED: _("ended a session"),
        Tag.CONTACT_ADDED: _("added a contact"),
        Tag.CONTACT_CHANGED: _("changed a contact"),
        Tag.CONTACT_REMOVED: _("removed a contact"),
        Tag.CONTACT_NUMBER_CHANGED: _("said that a number belongs to someone else now"),
        Tag.CONTACT_OPTED_OUT_BY_MEMBER: _("stopped texts to a contact"),
        Tag.CONTACT_OPTED_IN_BY_MEMBER: _("started texts to a contact again"),
        Tag.APP_PASSWORD_ADDED: _("made an app password"),
        Tag.APP_PASSWORD_REVOKED: _("removed an app password"),
        Tag.TOKEN_ADDED: _("made an API token"),
        Tag.TOKEN_REVOKED: _("removed an API token"),
        Tag.MEMBER_REFUSED: _("was refused"),
        Tag.SUBMISSION_AUTHENTICATED: _("signed in with an email program"),
        Tag.SUBMISSION_REFUSED: _("could not sign in with an email program"),
        Tag.API_REFUSED: _("was refused by the API"),
        Tag.API_READ_STATE: _("asked for the state of messages"),
        Tag.CONSENT_GIVEN: _("recorded that a contact agreed"),
        Tag.CONSENT_REVOKED: _("recorded that a contact takes an agreement back"),
        Tag.CONSENT_DEMAND_SET: _("set whether texts need a recorded consent"),
        Tag.CONSENT_EXPORTED: _("exported the consent ledger"),
        Tag.RETENTION_SET: _("set how long messages are kept"),
        Tag.HOLD_PLACED: _("placed a legal hold"),
        Tag.HOLD_RELEASED: _("released a legal hold"),
        Tag.RECORDS_DESTROYED: _("destroyed the practice’s copies at the end of their time"),
        Tag.RECORDS_DESTROYED_BY_MEMBER: _("had the practice’s copies destroyed"),
        Tag.ORGANIZATION_MADE: _("founded the practice"),
        Tag.MEMBER_CHOSE_LANGUAGE: _("chose their own language"),
        Tag.PRACTICE_LANGUAGE_CHANGED: _("changed the practice’s language"),
        Tag.SETTINGS_CHANGED: _("changed a setting"),
        Tag.COPY_SHREDDED: _("destroyed a copy for good"),
        Tag.AUDIT_VERIFIED: _("verified the audit trail"),
        Tag.AUDIT_EXPORTED: _("exported the audit trail"),
        Tag.BACKUP_MADE: _("made a backup"),
        Tag.BACKUP_RESTORED: _("restored a backup"),
        Tag.INSTALLATION_UPGRADED: _("upgraded Licorne"),
        Tag.REPLY_MAIL_SENT: _("told a member by email of a reply"),
        Tag.REPLY_MAIL_FAILED: _("could not tell a member by email of a reply"),
        Tag.REPLY_ESCALATED: _("told a colleague that a reply has waited too long"),
        Tag.KEYS_COPIED: _("copied the keys"),
    }.get(tag, tag.value)
