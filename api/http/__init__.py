"""The HTTP endpoints, on FastAPI.

`app.py` builds the application, `models.py` describes what goes in and out for OpenAPI,
`problems.py` makes every error an RFC 9457 problem, `limits.py` bounds a request's body,
`metrics.py` counts, `settings.py` reads the environment. The engine is synchronous: endpoints
are plain functions, which FastAPI runs in its thread pool.
"""
