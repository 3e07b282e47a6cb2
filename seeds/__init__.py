"""The shipped corpus: plain documents, found with `importlib.resources.files("seeds")`."""
