"""The OpenAPI document and its page."""

import re

import jsonschema
import pytest
from lxml import html

from api.http.app import create_app
from api.http.settings import ServerSettings


@pytest.fixture(scope="module")
def document():
    return create_app(None, ServerSettings()).openapi()


def operations(document):
    return [
        (method, path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def test_every_example_fits_its_schema(document):
    components = document["components"]
    for name, schema in components["schemas"].items():
        if "properties" not in schema:
            continue
        (example, *_) = schema["examples"]
        jsonschema.validate(example, {**schema, "components": components})
        assert example, name


def test_every_operation_has_an_example_of_what_it_takes_and_gives(document):
    schemas = document["components"]["schemas"]
    for method, path, operation in operations(document):
        for parameter in operation.get("parameters", []):
            if parameter["required"]:
                assert "example" in parameter or "examples" in parameter["schema"], (
                    path,
                    parameter,
                )
        success = next(
            operation["responses"][each]
            for each in ("200", "202")
            if each in operation["responses"]
        )
        bodies = [
            *operation.get("requestBody", {}).get("content", {}).values(),
            *(each for kind, each in success["content"].items() if kind == "application/json"),
        ]
        for body in bodies:
            name = body["schema"]["$ref"].rpartition("/")[2]
            assert schemas[name]["examples"], (method, path, name)


def test_operations_have_ids_of_their_own_and_tags(document):
    found = [operation for _, _, operation in operations(document)]
    assert len({each["operationId"] for each in found}) == len(found)
    assert all(each["tags"] and each["summary"] for each in found)


def test_a_key_is_said_to_be_needed_where_it_is(server, document):
    ask = server.get("/openapi.json").json()["paths"]["/v1/ask"]["post"]
    assert ask["security"] == [{}, {"key": []}]
    assert document["paths"]["/v1/ask"]["post"]["security"] == [{"key": []}]
    assert document["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    for method, path, operation in operations(document):
        assert ("security" in operation) == (path not in ("/healthz", "/readyz")), (method, path)


def test_the_page_shows_every_operation_and_schema_and_loads_nothing(server, document):
    answer = server.get("/docs")
    assert answer.headers["content-type"].startswith("text/html")
    page = html.fromstring(answer.text)
    ids = {each.get("id") for each in page.iter() if each.get("id")}
    assert {operation["operationId"] for _, _, operation in operations(document)} <= ids
    assert {f"schema-{name}" for name in document["components"]["schemas"]} <= ids
    links = [each.get("href") for each in page.iter("a")]
    assert {link[1:] for link in links if link.startswith("#")} <= ids
    assert {link for link in links if not link.startswith("#")} == {"/openapi.json"}
    assert not page.xpath("//script | //link | //img | //@style | //*[starts-with(name(@*), 'on')]")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy


def test_methods_of_a_path_are_all_told(server):
    for path, methods in (("/v1/documents", "GET, POST"), ("/v1/documents/x", "DELETE, GET, PUT")):
        refused = server.request("PATCH", path)
        assert refused.status_code == 405
        assert refused.headers["allow"] == methods
    assert re.fullmatch("GET(, HEAD)?|HEAD, GET", server.post("/healthz").headers["allow"])
