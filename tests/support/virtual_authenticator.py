"""Chromium's virtual authenticator: a passkey's device that knows its person."""

from playwright.async_api import Page


async def plug_in(page: Page, *, gives_secret: bool) -> None:
    """Give the browser a device that knows its person."""
    tools = await page.context.new_cdp_session(page)
    await tools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "ctap2Version": "ctap2_1",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "hasPrf": gives_secret,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    await tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
