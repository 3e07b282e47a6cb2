"""Documents."""

from fastapi import APIRouter

from api import models
from api.http import problems
from api.http.access import REFUSALS
from api.http.dependencies import CurrentEngine
from api.http.responses import Json
from api.schemas import document_json

router = APIRouter(prefix="/v1/documents", tags=["documents"])


@router.get(
    "/{document_id:path}",
    response_model=models.Document,
    responses=problems.describe(*REFUSALS, 404, 409, 422, 429, 500, 503),
    summary="Return a document with its whole text",
)
def document(document_id: str, engine: CurrentEngine) -> Json:
    """Return a document, its text checked against its digest."""
    return Json(document_json(engine.document(document_id)))
