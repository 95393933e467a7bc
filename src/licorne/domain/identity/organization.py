"""An organization: one practice, one tenant; and how it presents itself."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from licorne.domain.identity.ids import OrganizationId
from licorne.domain.identity.language import Language, parse_language


@dataclass(frozen=True, slots=True)
class Organization:
    id: OrganizationId
    name: str
    phone: str | None  # shown to contacts: whom to call
    region: str  # ISO 3166-1 alpha-2: how numbers without a country are read
    time_zone: str  # IANA name: in which times are shown to its members
    locale: str  # the code of its language
    accent: str  # of its pages; a name of `edges/web/brand.Accent`
    notice_wording: str | None  # in its language; none: each language's own
    nudge_wording: str | None
    crisis_wording: str | None  # none: the country's own
    daily_quota: int
    default_expiry: timedelta
    retention: timedelta
    refused_file_types: frozenset[str] | None  # none: the built-in list
    carriers: tuple[str, ...]  # in the order to try; empty: the installation's
    suspended_at: datetime | None
    created_at: datetime

    @property
    def language(self) -> Language | None:
        """The language of its own words, and of who has chosen none."""
        return parse_language(self.locale)
