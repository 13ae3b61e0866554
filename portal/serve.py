"""Serving the portal: `admissions portal`."""

import uvicorn

from portal.accounts import nobody_signs_in
from portal.app import make_app
from portal.loopback import is_loopback
from reference.texts import say
from reference.trouble import Trouble
from steps.measuring import keep_telling
from warehouse.settings import Settings


class OnlyOnLoopback(Trouble):
    """Nobody would have to sign in, and others than this machine could come; the text is the address."""

    text = "error_portal_loopback"


def serve(settings: Settings, host: str, port: int) -> None:
    """Answer until somebody stops it. Raises OnlyOnLoopback, OSError where the port is taken."""
    if not is_loopback(host) and nobody_signs_in(settings):
        raise OnlyOnLoopback(host)
    keep_telling(settings)
    # Its own handlers write sentences; without them what it logs goes the way of everything else.
    handlers = None if settings.log == "json" else uvicorn.config.LOGGING_CONFIG
    uvicorn.run(
        make_app(settings),
        host=host,
        port=port,
        log_config=handlers,
        log_level="warning",
        access_log=False,
        server_header=False,
    )


def address(host: str, port: int) -> str:
    """What to open in a browser."""
    name = f"[{host}]" if ":" in host else host
    return f"http://{name}:{port}/"


def greeting(settings: Settings, host: str, port: int) -> str:
    """Where it answers, and how one gets in."""
    text = "portal_serves_openly" if nobody_signs_in(settings) else "portal_serves"
    return say(text, settings.language, address=address(host, port))
