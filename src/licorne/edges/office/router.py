"""The office: members' pages, at /office."""

from litestar import Router

from licorne.application.member_acts import NotPermitted
from licorne.edges.office.account_pages import account_routes
from licorne.edges.office.app_password_pages import app_password_routes
from licorne.edges.office.arrangement_pages import arrangement_routes
from licorne.edges.office.audit_pages import audit_routes
from licorne.edges.office.auditor_pages import auditor_routes
from licorne.edges.office.away_pages import away_routes
from licorne.edges.office.compose_pages import compose_routes
from licorne.edges.office.consent_pages import consent_routes
from licorne.edges.office.contact_pages import contact_routes
from licorne.edges.office.contact_record_pages import contact_record_routes
from licorne.edges.office.delivery_pages import delivery_routes
from licorne.edges.office.desk import Desk, NotSignedIn, answer_not_permitted
from licorne.edges.office.emergency_pages import emergency_routes
from licorne.edges.office.export_pages import export_routes
from licorne.edges.office.exposure_pages import exposure_routes
from licorne.edges.office.held_text_pages import held_text_routes
from licorne.edges.office.incident_pages import incident_routes
from licorne.edges.office.invitation_pages import invitation_routes
from licorne.edges.office.join_pages import join_routes
from licorne.edges.office.leaving_pages import leaving_routes
from licorne.edges.office.live import live_routes
from licorne.edges.office.mail_pages import mail_routes
from licorne.edges.office.member_pages import member_routes
from licorne.edges.office.number_change_pages import number_change_routes
from licorne.edges.office.record_key_pages import record_key_routes
from licorne.edges.office.record_pages import record_routes
from licorne.edges.office.sign_in_pages import answer_not_signed_in, sign_in_routes
from licorne.edges.office.team_pages import team_routes
from licorne.edges.office.use_cases import OfficeSurroundings, OfficeUseCases
from licorne.edges.office.work_pages import work_routes


def build_router(use_cases: OfficeUseCases, surroundings: OfficeSurroundings) -> Router:
    desk = Desk(use_cases, surroundings)
    return Router(
        "/",
        route_handlers=[
            *sign_in_routes(desk),
            *mail_routes(desk),
            *work_routes(desk),
            *team_routes(desk),
            *away_routes(desk),
            *compose_routes(desk),
            *delivery_routes(desk),
            *contact_routes(desk),
            *number_change_routes(desk),
            *app_password_routes(desk),
            *join_routes(desk),
            *account_routes(desk),
            *invitation_routes(desk),
            *leaving_routes(desk),
            *arrangement_routes(desk),
            *record_key_routes(desk),
            *emergency_routes(desk),
            *audit_routes(desk),
            *auditor_routes(desk),
            *member_routes(desk),
            *consent_routes(desk),
            *held_text_routes(desk),
            *record_routes(desk),
            *contact_record_routes(desk),
            *export_routes(desk),
            *incident_routes(desk),
            *exposure_routes(desk),
            *live_routes(desk),
        ],
        exception_handlers={
            NotSignedIn: answer_not_signed_in(desk),
            NotPermitted: answer_not_permitted,
        },
        include_in_schema=False,
    )
