"""The endpoints, one module a subject, each with a `router`."""
