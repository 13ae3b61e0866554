"""Whether the portal is well, and which version it shows: for whoever watches over it, without a sign-in."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from portal.asking import AnybodyAsking

router = APIRouter()


@router.get("/health")
def health(view: AnybodyAsking) -> JSONResponse:
    """200 also before the first publishing; both are null then."""
    version = view.portal.published.version()
    return JSONResponse(
        {
            "published_at": version.published_at.isoformat() if version else None,
            "version": version.name if version else None,
        }
    )


@router.get("/favicon.ico")
def favicon() -> Response:
    return Response(status_code=204)
