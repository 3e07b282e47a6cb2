"""What the server counts."""

import pytest
from starlette.testclient import TestClient

from api.http.app import create_app
from api.http.settings import ServerSettings


@pytest.fixture
def client() -> TestClient:
    """A client of a server that has no engine, which is a defect to whoever asks it."""
    app = create_app(None, ServerSettings())
    return TestClient(app, base_url="http://localhost", raise_server_exceptions=False)


def test_a_defect_is_counted(client: TestClient) -> None:
    assert client.post("/v1/search", json={"query": "x"}).status_code == 500
    counted = 'excerpt_requests_total{endpoint="/v1/search",method="POST",status="500"} 1.0'
    assert counted in client.get("/metrics").text
    assert 'excerpt_request_seconds_count{endpoint="/v1/search"} 1.0' in client.get("/metrics").text


def test_methods_that_http_has_not_are_counted_as_one(client: TestClient) -> None:
    for number in range(3):
        client.request(f"BREW{number}", "/healthz")
    metrics = client.get("/metrics").text
    assert 'method="other",status="405"} 3.0' in metrics
    assert "BREW" not in metrics
