"""What schemathesis is told of this server beside its OpenAPI document."""

import uuid

import schemathesis
from schemathesis.core.failures import Failure


@schemathesis.hook
def before_call(context, case, kwargs):
    """Use each Idempotency-Key once: another request with the same one is refused, as it should."""
    if "Idempotency-Key" in (case.headers or {}):
        case.headers["Idempotency-Key"] = uuid.uuid4().hex


@schemathesis.check
def what_fits_the_schema_validates(context, response, case):
    """A schema cannot say which filters parse; it must say all that is checked field by field."""
    positive = case.meta is not None and case.meta.generation.mode.is_positive
    if not positive or response.status_code not in (400, 422):
        return
    problem = response.json()
    if problem["type"] != "urn:excerpt:problem:invalid-input":
        raise Failure(
            operation=case.operation.label,
            title="What fits the schema does not validate",
            message=f"{response.status_code}: {problem['detail']}",
        )
