"""The portal put together: pages, the JSON interface, and what every request goes through before them."""

import getpass
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.responses import Response
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.staticfiles import StaticFiles

from portal import errors
from portal.accounts import AccountsDamaged
from portal.api.app import make_api
from portal.attempts import Attempts
from portal.drawing import Drawing
from portal.middleware.cache import PageCache
from portal.middleware.entrance import Entrance
from portal.middleware.guard import Guard
from portal.people import Person
from portal.published import PublishedFile
from portal.view import Portal
from portal.work import Work
from warehouse.settings import Settings

#: Modules of `portal.pages`, each with a `router`.
PAGES = (
    "health",
    "sign_in",
    "reports",
    "report",
    "files",
    "upload",
    "provider",
    "operator",
    "overview",
    "charts",
    "trace",
    "queue",
    "case",
    "marked",
    "communes",
    "cells",
    "changes",
    "dictionary",
    "search",
    "summary",
    "words",
)
_STATIC = Path(__file__).with_name("static")


def make_app(settings: Settings) -> FastAPI:
    """The whole portal for the home of these settings."""
    portal = Portal(settings, PublishedFile(settings), Attempts(), Work(settings), Drawing(settings))

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        portal.work.stop()
        portal.drawing.stop()

    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, lifespan=lifespan)
    for name in PAGES:
        app.include_router(import_module(f"portal.pages.{name}").router)
    app.mount("/api/v1", make_api())
    app.mount("/static", _Lasting(directory=_STATIC), name="static")
    errors.add_to(app)
    # The last one added is the first that a request meets. The page of an error that nobody foresaw goes out through
    # the guard, too, and gets its headers: the app's own place for such errors is outside of it.
    app.add_middleware(ServerErrorMiddleware, handler=errors.answer_to)
    app.add_middleware(PageCache, portal=portal)
    app.add_middleware(Entrance, portal=portal, machine_user=Person(_user(), "operator"))
    app.add_middleware(Guard, is_loopback_only=lambda: _is_loopback_only(portal))
    return app


def _is_loopback_only(portal: Portal) -> bool:
    try:
        return portal.is_open
    except AccountsDamaged:
        # Then the entrance lets nobody in.
        return False


class _Lasting(StaticFiles):
    """Files that browsers may keep: pages name them with their version (`view.static`)."""

    def file_response(self, *given: Any, **named: Any) -> Response:
        answer = super().file_response(*given, **named)
        answer.headers["cache-control"] = "public, max-age=31536000, immutable"
        return answer


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "operator"
