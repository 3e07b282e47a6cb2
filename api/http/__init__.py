"""The HTTP endpoints, on FastAPI.

`app.py` builds the application, `problems.py` makes every error an RFC 9457 problem,
`limits.py` bounds a request's body, `metrics.py` counts, `settings.py` reads the environment.
The engine is synchronous: endpoints are plain functions, which FastAPI runs in its thread pool.
What goes in and out is described in `api.models`.
"""
