"""Why a text didn't get through, in one list for every carrier, and what that means.

Each carrier has codes of its own; its adapter maps them to these. Each reason says what to do next
and has its sentence for the sender.
"""

import enum

from licorne.domain.translatable import translatable


class Remedy(enum.Enum):
    """What is left to do after a reason."""

    TRY_LATER = "try_later"  # the same carrier may take it in a while
    OTHER_CARRIER = "other_carrier"  # this carrier won't; another may
    GIVE_UP = "give_up"  # no carrier may be asked


class CarrierReason(enum.StrEnum):
    OPTED_OUT = "opted_out"
    LANDLINE = "landline"
    BAD_NUMBER = "bad_number"
    UNREACHABLE = "unreachable"
    FILTERED = "filtered"
    UNREGISTERED = "unregistered"
    GEO_BLOCKED = "geo_blocked"
    THROTTLED = "throttled"
    EXPIRED = "expired"
    CARRIER_DOWN = "carrier_down"
    CARRIER_SETTINGS = "carrier_settings"
    NO_CARRIER = "no_carrier"
    NOT_ASSIGNABLE = "not_assignable"
    UNKNOWN = "unknown"

    @property
    def remedy(self) -> Remedy:
        return _REMEDIES[self]

    @property
    def sentence(self) -> str:
        """What the sender is told, and what they can do."""
        return _SENTENCES[self]


_REMEDIES = {
    # A person who told one carrier to stop has told us: no way round it by another carrier.
    CarrierReason.OPTED_OUT: Remedy.GIVE_UP,
    CarrierReason.LANDLINE: Remedy.OTHER_CARRIER,
    CarrierReason.BAD_NUMBER: Remedy.OTHER_CARRIER,
    CarrierReason.UNREACHABLE: Remedy.TRY_LATER,
    CarrierReason.FILTERED: Remedy.OTHER_CARRIER,
    CarrierReason.UNREGISTERED: Remedy.OTHER_CARRIER,
    CarrierReason.GEO_BLOCKED: Remedy.OTHER_CARRIER,
    CarrierReason.THROTTLED: Remedy.TRY_LATER,
    CarrierReason.EXPIRED: Remedy.TRY_LATER,
    CarrierReason.CARRIER_DOWN: Remedy.TRY_LATER,
    CarrierReason.CARRIER_SETTINGS: Remedy.TRY_LATER,
    CarrierReason.NO_CARRIER: Remedy.GIVE_UP,
    CarrierReason.NOT_ASSIGNABLE: Remedy.GIVE_UP,
    CarrierReason.UNKNOWN: Remedy.OTHER_CARRIER,
}

_SENTENCES = {
    CarrierReason.OPTED_OUT: translatable(
        "This person has told the phone company to stop our texts. Ask them "
        "to text START to the number that the texts come from, or reach them another way."
    ),
    CarrierReason.LANDLINE: translatable(
        "This is a landline and can't get texts. Ask for a mobile number."
    ),
    CarrierReason.BAD_NUMBER: translatable(
        "The phone company says that this number doesn't exist. Check it with the person."
    ),
    CarrierReason.UNREACHABLE: translatable(
        "The phone could not be reached: it may be off, without signal, or out of service."
    ),
    CarrierReason.FILTERED: translatable(
        "The phone company's spam filter held the text back. Your operator can ask it why."
    ),
    CarrierReason.UNREGISTERED: translatable(
        "Our sending number isn't registered with the phone companies "
        "yet. Your operator has to register it."
    ),
    CarrierReason.GEO_BLOCKED: translatable(
        "Texts to this country are switched off at our carrier. Your operator can switch them on."
    ),
    CarrierReason.THROTTLED: translatable("The carrier asked us to slow down. We keep trying."),
    CarrierReason.EXPIRED: translatable(
        "The phone company gave up before the phone could be reached."
    ),
    CarrierReason.CARRIER_DOWN: translatable("Our carrier could not be reached. We keep trying."),
    CarrierReason.CARRIER_SETTINGS: translatable(
        "Our carrier doesn't accept our account. Your operator has to "
        "look at its settings; we keep trying."
    ),
    CarrierReason.NO_CARRIER: translatable(
        "No carrier for texts is set up. Your operator has to add one."
    ),
    CarrierReason.NOT_ASSIGNABLE: translatable(
        "Nobody can have this number, so no text was sent to it. Check it with the person."
    ),
    CarrierReason.UNKNOWN: translatable("The carrier didn't take the text and didn't say why."),
}
