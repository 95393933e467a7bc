"""Pages from templates.

A page is a template and a *view*: a frozen dataclass that holds exactly what the template shows,
so that the type checker and StrictUndefined both notice a missing piece. Templates lie in each
edge's ``templates/`` folder and are named with the edge in front: ``pickup/read.html``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, PrefixLoader, StrictUndefined
from litestar import Response
from markupsafe import Markup

from licorne.domain.identity.language import Language
from licorne.edges.web.brand import LICORNE, Brand
from licorne.edges.web.context import LANGUAGE_PARAMETER, WebRequest, web_context
from licorne.edges.web.cookies import SessionCookie
from licorne.edges.web.language import current_language, direction_of, gettext, ngettext
from licorne.edges.web.static_files import static_url
from licorne.edges.web.text_links import with_links

EDGES_FOLDER = Path(__file__).parent.parent
HTML = "text/html; charset=utf-8"


@cache
def environment() -> Environment:
    """Make the one template environment: everything is escaped, nothing may be undefined."""
    folders = {path.parent.name: path for path in EDGES_FOLDER.glob("*/templates")}
    made = Environment(
        loader=PrefixLoader({edge: FileSystemLoader(path) for edge, path in folders.items()}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals["_"] = _translated
    made.globals["ngettext"] = _translated_number
    made.globals["static_url"] = static_url
    made.filters["with_links"] = with_links
    return made


def _translated(sentence: str, **values: object) -> Markup:
    """Give a sentence of a template in the caller's language; what is put into it is escaped."""
    words = _marked_up(gettext(sentence))
    return words % values if values else words


@lru_cache(4096)
def _marked_up(sentence: str) -> Markup:
    return Markup(sentence)  # noqa: S704 - ours, from a template or its catalogue


def _translated_number(singular: str, plural: str, num: int, **values: object) -> Markup:
    return _marked_up(ngettext(singular, plural, num)) % {"num": num, **values}


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages of one edge: who renders knows whose session cookie the forms belong to."""

    cookie: SessionCookie | None = None

    def render(
        self,
        request: WebRequest,
        template: str,
        view: object = None,
        *,
        brand: Brand = LICORNE,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> Response[bytes]:
        """Answer with a page. The template sees ``view``, ``brand``, ``csrf_token``, ``nonce``."""
        html = self.render_text(request, template, view, brand=brand)
        return Response(
            html.encode(), status_code=status, headers=dict(headers or {}), media_type=HTML
        )

    def render_text(
        self, request: WebRequest, template: str, view: object = None, *, brand: Brand = LICORNE
    ) -> str:
        context, language = web_context(request), current_language.get()
        return (
            environment()
            .get_template(template)
            .render(
                view=view,
                brand=brand,
                nonce=context.nonce,
                reference=context.reference,
                language=language.value,
                other_languages=[one for one in Language if one is not language],
                chosen=chosen_query(request),
                here=request.url.path if request.method == "GET" else "",
                direction=direction_of(language),
                csrf_token=self.cookie.csrf_token(request) if self.cookie else "",
            )
        )


def chosen_query(request: WebRequest) -> str:
    """Give what carries a language that was picked before sign-in to the next page, or nothing."""
    chosen = web_context(request).chosen
    return f"?{LANGUAGE_PARAMETER}={chosen.value}" if chosen else ""


def see_other(request: WebRequest, path: str) -> Response[bytes]:
    """Send the browser to another page of ours after a form (303); htmx is told in its own way."""
    if not path.startswith("/") or path.startswith("//"):
        raise ValueError("only paths of this installation")
    if request.headers.get("hx-request") == "true":
        return Response(b"", status_code=200, headers={"HX-Redirect": path}, media_type=HTML)
    return Response(b"", status_code=303, headers={"Location": path}, media_type=HTML)
