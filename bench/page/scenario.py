"""``python -m bench page``: what a contact's first page weighs, and how many round
trips it takes.
"""

from bench.page.weight import PageWeight, weigh
from bench.product import running_demo
from bench.report.section import Section, table, verdict
from bench.web.opened_messages import first_link
from bench.workshop import Workshop, say

MOST_BYTES = 60 * 1024
MOST_ROUND_TRIPS = 1

_ABOUT = """\
The page that the link in the SMS opens, in Chromium with an empty cache on a phone-sized screen, as
its DevTools protocol counts what came over the wire: header and body of every response, compressed
as sent, the icon included. Depth is how many answers had to come before a request could be asked;
the deepest is the number of round trips after the document."""


def run(workshop: Workshop) -> Section:
    """Send a secure text, take the link from the demo's phone, weigh the page."""
    with running_demo(workshop.place("page") / "licorne") as demo:
        link = first_link(demo.addresses, "+12115550100", "Please call us about your visit.")
        weight = weigh(link)
    trips = weight.round_trips_after_document
    say(f"  {weight.wire_bytes:,} bytes in {len(weight.responses)} responses, {trips} deep")
    is_light, is_quick = weight.wire_bytes <= MOST_BYTES, trips <= MOST_ROUND_TRIPS
    goals = table(
        ("", "measured", "goal", ""),
        [
            (
                "bytes on the wire",
                f"**{weight.wire_bytes:,}**",
                f"≤ {MOST_BYTES:,}",
                verdict(is_met=is_light),
            ),
            (
                "round trips after the document",
                f"**{trips}**",
                f"≤ {MOST_ROUND_TRIPS}",
                verdict(is_met=is_quick),
            ),
        ],
    )
    return Section(
        key="page",
        title="A contact's first page",
        blocks=(_ABOUT, goals, _responses(weight, link)),
        is_met=is_light and is_quick,
    )


def _responses(weight: PageWeight, link: str) -> str:
    """List the responses; the link's token is left out."""
    rows = [
        (
            "the link" if each.url == link else each.url.split("/", 3)[3].split("?")[0],
            str(each.status),
            f"{each.wire_bytes:,}",
            str(each.depth),
        )
        for each in weight.responses
    ]
    return table(("response", "status", "bytes", "depth"), rows)
