"""Draws the packages of Licorne and how the rings import each other, from the code: an SVG.

python docs/architecture/draw.py            # writes drawing.svg beside this file
python docs/architecture/draw.py --check    # fails when the drawing isn't the code's any more
"""

import itertools
import sys
from html import escape
from pathlib import Path

import grimp

HERE = Path(__file__).parent
DRAWING = HERE / "drawing.svg"
RINGS = (
    ("wiring",),
    ("edges", "adapters"),
    ("application",),
    ("store", "vault"),
    ("ports",),
    ("domain",),
)
SAYS = {
    "wiring": "settings, composition, processes; the commands demo, init and up",
    "edges": "where people and programs come in",
    "adapters": "how the world answers",
    "application": "what the product does, one verb a file",
    "store": "PostgreSQL, and only PostgreSQL",
    "vault": "seal, open, wrap, grant, passwords",
    "ports": "clock, randomness, blobs, slots, custody, carriers, audit heads",
    "domain": "what things are and what must hold; stages know only those to their left",
}
# The domain's stages in their order, each knowing only earlier ones.
STAGES = (
    "identity",
    "message",
    "consent",
    "policy",
    "sealing",
    "mailbox",
    "notice",
    "pickup",
    "audit",
    "records",
    "incident",
)
WIDTH, MARGIN, BAND, GAP, BOX, PAD = 1180, 20, 84, 36, 30, 10
STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #17201f; }
  .ring { font-weight: 600; font-size: 15px; }
  .band { fill: #eef4f3; stroke: #0f6b66; }
  .box { fill: #ffffff; stroke: #9db5b2; }
  .arrow { stroke: #4d5a58; stroke-width: 1.5; fill: none; marker-end: url(#head); }
  .says { fill: #4d5a58; font-size: 12px; font-weight: 400; }
"""


ARROW_HEAD = (
    '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8"'
    ' markerHeight="8" orient="auto"><path d="M0 0 8 4 0 8z" fill="#4d5a58"/></marker></defs>'
)
LABEL = (
    '<text x="{x:.1f}" y="{y}" text-anchor="middle" textLength="{fitted:.1f}"'
    ' lengthAdjust="spacingAndGlyphs">{label}</text>'
)


def main(arguments: list[str]) -> int:
    drawing = draw()
    if "--check" in arguments:
        if DRAWING.read_text(encoding="utf-8") != drawing:
            sys.stderr.write("docs/architecture/drawing.svg is out of date: make drawing\n")
            return 1
        return 0
    DRAWING.write_text(drawing, encoding="utf-8")
    return 0


def draw() -> str:
    """Draw the rings from the outermost to the innermost, as bands with their packages."""
    graph = grimp.build_graph("licorne", cache_dir=None)
    height = MARGIN + len(RINGS) * (BAND + GAP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">',
        "<title>The rings of Licorne, and which ring imports which</title>",
        f"<style>{STYLE}</style>",
        ARROW_HEAD,
    ]
    places: dict[str, tuple[float, float, float]] = {}
    for row, ring in enumerate(RINGS):
        top = MARGIN + row * (BAND + GAP)
        width = (WIDTH - 2 * MARGIN - (len(ring) - 1) * GAP) / len(ring)
        for column, name in enumerate(ring):
            left = MARGIN + column * (width + GAP)
            places[name] = (left, top, width)
            parts += _band(name, _children(graph, name), left, top, width)
    parts += _arrows(graph, places)
    parts.append("</svg>")
    return "\n".join(parts) + "\n"


def _children(graph: grimp.ImportGraph, ring: str) -> list[str]:
    children = [name.rpartition(".")[2] for name in graph.find_children(f"licorne.{ring}")]
    if ring == "domain":
        return [stage for stage in STAGES if stage in children]
    packages = [name for name in children if graph.find_children(f"licorne.{ring}.{name}")]
    return sorted(packages)


def _band(name: str, children: list[str], left: float, top: float, width: float) -> list[str]:
    says = f'<tspan class="says" dx="10">{escape(SAYS[name])}</tspan>'
    parts = [
        f'<rect class="band" x="{left:g}" y="{top}" width="{width:g}" height="{BAND}" rx="8"/>',
        f'<text class="ring" x="{left + PAD:g}" y="{top + 24}">{escape(name)}{says}</text>',
    ]
    if len(children) < 2:  # a flat ring: its files say it better than a box would
        return parts
    room = (width - PAD * (len(children) + 1)) / len(children)
    for number, child in enumerate(children):
        x = left + PAD + number * (room + PAD)
        y = top + BAND - BOX - PAD
        fitted = min(room - 8, 7.2 * len(child))
        parts += [
            f'<rect class="box" x="{x:.1f}" y="{y}" width="{room:.1f}" height="{BOX}" rx="5"/>',
            LABEL.format(x=x + room / 2, y=y + 20, fitted=fitted, label=escape(child)),
        ]
    return parts


def _arrows(graph: grimp.ImportGraph, places: dict[str, tuple[float, float, float]]) -> list[str]:
    """Draw an arrow from each ring to those that it imports in the next band."""
    parts = []
    for upper, lower in itertools.pairwise(RINGS):
        for here in upper:
            for there in lower:
                if not _imports(graph, here, there):
                    continue
                left, top, width = places[here]
                below_left, below_top, below_width = places[there]
                start, end = left + width / 2, below_left + below_width / 2
                parts.append(
                    f'<path class="arrow" d="M{start:g} {top + BAND} L{end:g} {below_top - 2}"/>'
                )
    return parts


def _imports(graph: grimp.ImportGraph, here: str, there: str) -> bool:
    chains = graph.find_shortest_chains(f"licorne.{here}", f"licorne.{there}", as_packages=True)
    return any(len(chain) == 2 for chain in chains)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
