"""What can happen, as tags ``source:subject:action``: auditors filter by them.

Insert-only as a list, too: a tag that was ever released keeps its meaning (45 CFR 164.312(b)).
"""

import enum


class Tag(enum.StrEnum):
    # Sending
    MESSAGE_ACCEPTED = "member:message:accepted"
    MESSAGE_REFUSED = "member:message:refused"
    MESSAGE_RECALLED = "member:message:recalled"
    MESSAGE_EXPIRED = "system:message:expired"
    NOTICE_SENT = "system:notice:sent"
    NOTICE_FAILED = "system:notice:failed"
    NOTICE_RECEIPT = "carrier:notice:receipt"
    NUDGE_ASKED = "member:notice:nudge_asked"
    CHALLENGE_SET = "member:challenge:set"
    # A contact
    LINK_FETCHED = "contact:link:fetched"
    FRESH_LINK_ASKED = "contact:link:fresh_asked"
    CHALLENGE_PROVED = "contact:challenge:proved"
    CHALLENGE_FAILED = "contact:challenge:failed"
    CHALLENGE_LOCKED = "contact:challenge:locked"
    MAILBOX_CLAIMED = "contact:mailbox:claimed"
    MAILBOX_CLAIM_LOST = "contact:mailbox:claim_lost"
    MAILBOX_RESET = "contact:mailbox:reset"
    CONTACT_SIGNED_IN = "contact:session:started"
    CONTACT_SIGN_IN_FAILED = "contact:session:refused"
    CONTACT_SIGNED_OUT = "contact:session:ended"
    CONTACT_OPENED = "contact:message:opened"
    CONTACT_DOWNLOADED = "contact:attachment:downloaded"
    CONTACT_PRINTED = "contact:message:printed"
    CONTACT_REPLIED = "contact:message:replied"
    CONTACT_OPTED_OUT = "contact:texting:stopped"
    CONTACT_OPTED_IN = "contact:texting:started"
    CONTACT_REFUSED = "contact:access:refused"
    # A member
    MEMBER_SIGNED_IN = "member:session:started"
    MEMBER_SIGN_IN_FAILED = "member:session:refused"
    MEMBER_SIGNED_OUT = "member:session:ended"
    MEMBER_OPENED = "member:message:opened"
    MEMBER_DOWNLOADED = "member:attachment:downloaded"
    MEMBER_SAW_INBOX = "member:inbox:seen"
    MEMBER_SAW_CONTACTS = "member:contact:seen"
    MEMBER_MARKED_THREAD = "member:thread:marked"
    MEMBER_SAW_AUDIT = "member:audit:seen"
    MEMBER_REGRANTED = "member:mailbox:regranted"
    MEMBER_ADDED = "member:member:added"
    MEMBER_REMOVED = "member:member:removed"
    MEMBER_SUSPENDED = "member:member:suspended"
    MEMBER_UNLOCKED = "member:member:unlocked"
    MEMBER_INVITED = "member:member:invited"
    MEMBER_LET_BACK = "member:member:let_back"
    INVITATION_WITHDRAWN = "member:invitation:withdrawn"
    INVITATION_ACCEPTED = "member:invitation:accepted"
    INVITATION_REFUSED = "member:invitation:refused"
    MEMBER_RECOVERED = "member:password:recovered"
    MESSAGE_HANDED_OVER = "member:message:handed_over"
    PASSWORD_CHANGED = "member:password:changed"  # noqa: S105 - a tag
    AUTHENTICATOR_CHANGED = "member:authenticator:changed"
    RECOVERY_CODE_MADE = "member:recovery_code:made"
    SESSION_REVOKED = "member:session:revoked"
    CONTACT_ADDED = "member:contact:added"
    CONTACT_CHANGED = "member:contact:changed"
    CONTACT_REMOVED = "member:contact:removed"
    CONTACT_OPTED_OUT_BY_MEMBER = "member:texting:stopped"
    CONTACT_OPTED_IN_BY_MEMBER = "member:texting:started"
    APP_PASSWORD_ADDED = "member:app_password:added"  # noqa: S105 - a tag
    APP_PASSWORD_REVOKED = "member:app_password:revoked"  # noqa: S105
    TOKEN_ADDED = "member:token:added"  # noqa: S105
    TOKEN_REVOKED = "member:token:revoked"  # noqa: S105
    TEAM_ADDED = "member:team:added"
    SERVICE_ADDED = "member:service:added"
    SERVICE_REMOVED = "member:service:removed"
    MEMBER_REFUSED = "member:access:refused"
    # Programs
    SUBMISSION_AUTHENTICATED = "member:submission:authenticated"
    SUBMISSION_REFUSED = "member:submission:refused"
    API_REFUSED = "service:api:refused"
    CARRIER_REFUSED = "carrier:access:refused"
    API_READ_STATE = "service:message:state_read"
    # Operators and the system
    ORGANIZATION_MADE = "operator:organization:made"
    SETTINGS_CHANGED = "member:settings:changed"
    COPY_SHREDDED = "system:copy:shredded"
    AUDIT_VERIFIED = "operator:audit:verified"
    AUDIT_EXPORTED = "operator:audit:exported"
    BACKUP_MADE = "operator:backup:made"
    BACKUP_RESTORED = "operator:backup:restored"
    INSTALLATION_UPGRADED = "operator:installation:upgraded"
    KEYS_COPIED = "operator:keys:copied"
