"""How the owner of a mailbox was proved; shown to senders, and lowered by a reset over SMS."""

import enum


class Proof(enum.StrEnum):
    NONE = "none"  # nobody has visited yet
    FIRST_VISITOR = "first_visitor"
    PASSPHRASE = "passphrase"  # noqa: S105 - four words, spoken or on paper
    IN_PERSON = "in_person"  # a QR code scanned at the desk


class MailboxState(enum.StrEnum):
    WAITING = "waiting"  # a provisional key under K_enrol; nobody has set a password
    CLAIMED = "claimed"
    SUPERSEDED = "superseded"  # a newer generation took its place (forgotten password)
