"""Joins the contact's pages into one router."""

from litestar import Router

from licorne.edges.pickup.consent_pages import consent_routes
from licorne.edges.pickup.link_pages import link_routes
from licorne.edges.pickup.mailbox_pages import mailbox_routes
from licorne.edges.pickup.reply_pages import reply_routes
from licorne.edges.pickup.use_cases import PickupUseCases
from licorne.edges.pickup.ways_in_pages import ways_in_routes


def build_router(use_cases: PickupUseCases) -> Router:
    """Serve ``/{token}``, where links lead, and everything of a contact's below ``/m``."""
    return Router(
        "/",
        route_handlers=[
            *link_routes(use_cases),
            *mailbox_routes(use_cases),
            *reply_routes(use_cases),
            *ways_in_routes(use_cases),
            *consent_routes(use_cases),
        ],
        include_in_schema=False,
    )
