"""How a member learnt that a number belongs to somebody else now."""

import enum


class NumberChange(enum.StrEnum):
    PERSON_SAID = "person_said"  # the contact has another number now
    STRANGER_SAID = "stranger_said"  # whoever answers is somebody else
    CARRIER_SAID = "carrier_said"  # the number was given back, or given out again
