"""The OpenAPI document of the application: with examples, and true of the server that gives it."""

import copy
from typing import Any

from fastapi import FastAPI

from api.http.examples import add_examples


class DescribedApp(FastAPI):
    """An application whose description is complete."""

    def openapi(self) -> dict[str, Any]:
        """Return the description, made once."""
        if self.openapi_schema is None:
            document = super().openapi()
            add_examples(document)
            self.openapi_schema = document
        return self.openapi_schema

    def description_for(self, *, open_to_anybody: bool) -> dict[str, Any]:
        """Return the description as it holds for who asks: whether a key is needed."""
        document = self.openapi()
        if not open_to_anybody:
            return document
        document = copy.deepcopy(document)
        for methods in document["paths"].values():
            for operation in methods.values():
                if "security" in operation:
                    operation["security"] = [{}, *operation["security"]]
        return document
