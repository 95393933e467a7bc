"""The API's routes, joined."""

from litestar import Router

from licorne.edges.api.batch_routes import batch_routes
from licorne.edges.api.carrier_routes import carrier_routes
from licorne.edges.api.contact_routes import contact_routes
from licorne.edges.api.docs_routes import docs_routes
from licorne.edges.api.event_routes import event_routes
from licorne.edges.api.health_routes import health_routes
from licorne.edges.api.member_routes import member_routes
from licorne.edges.api.message_routes import message_routes
from licorne.edges.api.thread_routes import thread_routes
from licorne.edges.api.use_cases import ApiUseCases
from licorne.edges.api.webhook_routes import webhook_routes


def build_router(use_cases: ApiUseCases) -> Router:
    """Build everything under /api, and /healthz and /readyz beside it."""
    return Router(
        "/",
        route_handlers=[
            *message_routes(use_cases),
            *batch_routes(use_cases),
            *contact_routes(use_cases),
            *thread_routes(use_cases),
            *member_routes(use_cases),
            *event_routes(use_cases),
            *webhook_routes(use_cases),
            *carrier_routes(use_cases),
            *docs_routes(),
            *health_routes(use_cases),
        ],
        include_in_schema=False,  # the document is made by openapi.py
    )
