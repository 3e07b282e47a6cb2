"""What the endpoints are: for programs, and for people."""

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from api.http.access import ANYBODY, SCOPE_KEY
from api.http.openapi import DescribedApp
from api.http.reference_page import page, read
from api.http.responses import Json

router = APIRouter(include_in_schema=False)


def described(request: Request) -> DescribedApp:
    """Return the application that is described."""
    assert isinstance(request.app, DescribedApp)
    return request.app


@router.get("/openapi.json")
async def openapi(request: Request) -> Response:
    """Return the OpenAPI document."""
    access = request.scope.get(SCOPE_KEY)
    return Json(described(request).description_for(open_to_anybody=access is ANYBODY))


@router.get("/docs")
def reference(request: Request) -> Response:
    """Show the OpenAPI document to people."""
    state = request.app.state
    if not hasattr(state, "reference"):
        state.reference = page(read(described(request).openapi()))
    html, policy = state.reference
    return HTMLResponse(
        html,
        headers={
            "Content-Security-Policy": policy,
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-cache",
        },
    )
