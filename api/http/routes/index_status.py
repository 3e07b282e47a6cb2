"""What the index holds, where it came from, and what of that could not be read."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api import job_models
from api.http import problems
from api.http.access import REFUSALS, ReadAccess
from api.http.conditional import tagged
from api.http.dependencies import CurrentEngine
from api.schemas import load_problem_json

router = APIRouter(prefix="/v1", tags=["operations"])


@router.get(
    "/status",
    response_model=job_models.IndexStatus,
    responses={
        304: {"description": "The client has it already (If-None-Match)."},
        **problems.describe(*REFUSALS, 422, 429, 500, 503),
    },
    summary="Say what the index holds, and what was skipped",
)
def status(
    request: Request,
    engine: CurrentEngine,
    access: ReadAccess,
    limit: Annotated[int, Query(ge=0, le=10_000, description="Most problems named.")] = 100,
) -> Response:
    """Return counts, folders and problems; who sees only some documents gets the counts alone."""
    counts = engine.counts
    everything = access.filter is None
    skipped = engine.store.skipped() if everything else []
    return tagged(
        request,
        {
            "generation": counts.generation,
            "documents": counts.documents,
            "passages": counts.passages,
            "roots": [str(root) for root in engine.store.roots()] if everything else [],
            "skipped": [load_problem_json(each) for each in skipped[:limit]],
            "skipped_files": sum(each.files for each in skipped if each.line is None),
        },
    )
