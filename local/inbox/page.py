"""The web page: what arrived, as the services themselves would show it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from local.inbox import emoji, mrkdwn
from local.inbox.shown import clock_time, colour, day_name, duration, full_time
from local.inbox.slack_content import find_image, image_type
from local.inbox.views import View, sidebar

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from local.inbox.app import Inbox
    from local.inbox.models import Json

HERE = Path(__file__).parent
STATIC = HERE / "static"

# No script, style or frame but our own; pictures may come from where a message points to.
_SECURITY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' http: https:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _SECURITY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class Page:
    """Renders the inbox's views."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        filters: dict[str, Callable[..., Any]] = {
            "mrkdwn": mrkdwn.render,
            "plain": mrkdwn.plain,
            "signs": emoji.draw,
            "emoji": lambda text: emoji.draw(emoji.named(text)),
            "colour": colour,
            "clock": clock_time,
            "full": full_time,
            "day": day_name,
            "web": lambda url: url if is_web(url) else None,
        }
        self._templates.filters |= filters
        self._templates.globals |= {"duration": duration, "image_source": self._image_source}

    def routes(self) -> list[Route]:
        """Return the page's routes."""
        return [
            Route("/", self.show, methods=["GET"]),
            Route("/channel/{channel:path}", self.show, methods=["GET"]),
            Route("/{section:str}", self.show, methods=["GET"]),
            Route("/files/{file}", self.file, methods=["GET"]),
        ]

    async def show(self, request: Request) -> Response:
        """Render one view: everything, a channel, or a section."""
        snapshot = self._inbox.store.snapshot()
        path = request.path_params
        view = View.of(snapshot, channel=path.get("channel"), section=path.get("section"))
        if view is None:
            return PlainTextResponse("not found", 404)
        html = self._templates.get_template("page.html").render(
            view=view,
            groups=sidebar(snapshot, view.key),
            base=str(request.base_url).rstrip("/"),
            faults=len(self._inbox.faults.rules),
            app=self._inbox.interactivity.app is not None,
            whispers=snapshot.whispers,
        )
        return HTMLResponse(html, headers=_HEADERS)

    async def file(self, request: Request) -> Response:
        """Serve an uploaded image; anything else only to be saved."""
        file = self._inbox.store.files.get(request.path_params["file"])
        if file is None or file.data is None or not file.complete:
            return PlainTextResponse("not found", 404)
        media_type = image_type(file.data)
        headers = dict(_HEADERS)
        if media_type is None:
            headers["Content-Disposition"] = "attachment"
        return Response(file.data, 200, headers, media_type or "application/octet-stream")

    def _image_source(self, image: Json) -> str | None:
        """Return where the browser gets an image block's picture."""
        if image.get("slack_file"):
            identity = find_image(image["slack_file"], self._inbox.store)
            return f"/files/{identity}" if identity else None
        url = str(image.get("image_url", ""))
        return url if is_web(url) else None


def is_web(url: object) -> bool:
    """Tell whether a link may be shown as one: never ``javascript:`` or ``data:``."""
    return isinstance(url, str) and url.lower().startswith(("http://", "https://", "mailto:"))
