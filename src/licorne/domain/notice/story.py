"""The steps of a notice that a delivery's story tells beside the delivery's states."""

import enum


class NoticeStep(enum.StrEnum):
    REJECTED = "notice_rejected"  # a carrier didn't take it; detail: carrier and reason
    UNKNOWN = "notice_unknown"  # no answer came; it may have been sent
    UNDELIVERED = "notice_undelivered"  # a receipt says that the phone didn't get it
    NUDGED = "nudged"  # a reminder left
    NUDGE_FAILED = "nudge_failed"
    FRESH_LINK_SENT = "fresh_link_sent"
    FRESH_LINK_FAILED = "fresh_link_failed"
