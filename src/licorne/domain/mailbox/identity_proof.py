"""How a member made sure who a person is before giving them old messages back.

The phone itself is no proof: whoever holds the number has just set a new password with it.
"""

import enum


class IdentityProof(enum.StrEnum):
    IN_PERSON = "in_person"  # here, known to us or with a document
    VIDEO = "video"  # seen live, with a document
    OTHER_CHANNEL = "other_channel"  # reached by another way on file, not this phone number
