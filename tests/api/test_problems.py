import pytest

from api.problem_details import misuse, problem_of, system_failure
from index.errors import (
    CitationError,
    ExcerptError,
    IndexLockedError,
    IndexUnavailableError,
    InputError,
    LoadError,
    ModelError,
    NotFoundError,
)


@pytest.mark.parametrize(
    ("kind", "status", "exit_code"),
    [
        (InputError, 422, 2),
        (LoadError, 422, 1),
        (NotFoundError, 404, 1),
        (IndexLockedError, 409, 1),
        (IndexUnavailableError, 503, 1),
        (ModelError, 500, 1),
        (CitationError, 500, 1),
        (ExcerptError, 500, 1),
    ],
)
def test_each_error_has_a_status_and_an_exit_code(kind, status, exit_code):
    problem = problem_of(kind("what happened"))
    assert (problem.status, problem.exit_code) == (status, exit_code)
    assert problem.json()["type"] == f"urn:excerpt:problem:{kind.slug}"
    assert problem.json()["detail"] == "what happened"


def test_every_error_of_the_tree_is_known():
    assert {problem_of(kind("x")).slug for kind in ExcerptError.__subclasses__()} == {
        kind.slug for kind in ExcerptError.__subclasses__()
    }


def test_a_kind_that_a_third_party_adds_is_treated_as_its_parent():
    class OddFilterError(InputError):
        slug = "odd-filter"

    problem = problem_of(OddFilterError("no"))
    assert (problem.status, problem.exit_code, problem.slug) == (422, 2, "odd-filter")


def test_misuse_and_system_failures_have_their_own_codes():
    assert misuse("no such option").exit_code == 2
    assert system_failure(PermissionError(13, "Permission denied", "/x")).exit_code == 1
