"""Sentences that are put into a message's text where something can't be shown as text."""

ENCRYPTED = (
    "[The sender's email program encrypted this message, so it can't be shown here. "
    "It is attached as “{filename}”.]"
)
SIGNED_AND_WRAPPED = (
    "[The sender's email program wrapped this message together with a signature, so it can't be "
    "shown here. It is attached as “{filename}”.]"
)
