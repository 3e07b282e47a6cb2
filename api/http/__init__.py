"""The HTTP endpoints, on FastAPI.

A request goes through `observing.py` (its id, the log, the metrics), `gate.py` (its host, the page
that sends it, its key, its rate), `body_limits.py` (the size of its body) and `admission.py`
(whether it is let in, and when it is its turn) to a route in `routes/`, which asks for what
`dependencies.py` lends: the engine of the index that is there now, over what the asker may see
(`access.py`).

`app.py` puts these together, `server.py` runs them on uvicorn and `workers.py` in several
processes, `settings.py` reads their configuration. `problems.py` makes every error an RFC 9457
problem; `openapi.py`, `examples.py` and `reference_page.py` describe it all. The engine is
synchronous: endpoints are plain functions, which FastAPI runs in its thread pool. What goes in and
out is described in `api.models`.
"""
