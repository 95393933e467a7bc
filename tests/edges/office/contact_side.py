"""The contact's consent form, served beside the office over the same practice."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import cast

from litestar import Router
from tests.support.office_world import OfficeWorld
from tests.support.web_server import serving, web_settings

from licorne.application.receiving.answer_consent import AnswerConsent
from licorne.application.receiving.contact_acts import ContactActs
from licorne.edges.pickup.consent_pages import consent_routes
from licorne.edges.pickup.use_cases import PickupUseCases
from licorne.edges.web.application import build_app


@asynccontextmanager
async def contact_side(office: OfficeWorld) -> AsyncIterator[str]:
    """Serve it; gives its address."""
    world = office.world
    answer = AnswerConsent(world.app, world.keyring, ContactActs(world.clock, world.randomness))
    use_cases = cast("PickupUseCases", SimpleNamespace(answer_consent=answer))
    router = Router("/", route_handlers=consent_routes(use_cases))
    async with serving(lambda url: build_app([router], web_settings(url))) as url:
        yield url
