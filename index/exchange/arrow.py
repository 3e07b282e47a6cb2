"""pyarrow, which comes with the extra `exchange`, and the schemas of the three tables."""

from typing import Any

from index.errors import ModelError


def pyarrow() -> Any:
    """Return the library.

    Raises:
        ModelError: when it is not installed.
    """
    try:
        import pyarrow.parquet
    except ImportError as error:
        raise ModelError(
            f"moving an index needs pyarrow ({error}); install it with: "
            "pip install 'excerpt[exchange]'"
        ) from error
    return pyarrow


def documents_schema() -> Any:
    """Return the schema of `documents-*.parquet`: a row a document, in id order."""
    pa = pyarrow()
    span = [("start", pa.int64()), ("end", pa.int64())]
    return pa.schema(
        [
            _required("id", pa.string()),
            _required("uri", pa.string()),
            _required("title", pa.string()),
            _required("text", pa.large_string()),
            _required("sha256", pa.string()),
            _required("source_sha256", pa.string()),
            _required("media_type", pa.string()),
            _required("metadata", pa.string()),
            _required(
                "outline",
                pa.list_(pa.struct([*span, ("level", pa.int64()), ("text", pa.string())])),
            ),
            _required(
                "places",
                pa.list_(pa.struct([*span, ("kind", pa.string()), ("value", pa.string())])),
            ),
            _required("marks", pa.list_(pa.struct([*span, ("kind", pa.string())]))),
            pa.field("boxes", pa.large_binary()),
            pa.field("source", pa.binary()),
            pa.field("exact", pa.large_binary()),
        ]
    )


def passages_schema(dim: int) -> Any:
    """Return the schema of `passages-*.parquet`: the documents' passages in reading order."""
    pa = pyarrow()
    return pa.schema(
        [
            _required("document_id", pa.string()),
            _required("start", pa.int64()),
            _required("end", pa.int64()),
            _required("text", pa.large_string()),
            _required("headings", pa.list_(pa.string())),
            _required(
                "marks",
                pa.list_(
                    pa.struct([("start", pa.int64()), ("end", pa.int64()), ("kind", pa.string())])
                ),
            ),
            _required("vector", pa.list_(pa.float32(), dim)),
            pa.field("exact", pa.large_binary()),
        ]
    )


def sources_schema() -> Any:
    """Return the schema of `sources-*.parquet`: the files that documents came from."""
    pa = pyarrow()
    problem = pa.struct(
        [
            ("uri", pa.string()),
            ("reason", pa.string()),
            ("line", pa.int64()),
            ("files", pa.int64()),
        ]
    )
    return pa.schema(
        [
            _required("path", pa.binary()),
            pa.field("sha256", pa.string()),
            _required("problems", pa.list_(problem)),
        ]
    )


def _required(name: str, of: Any) -> Any:
    return pyarrow().field(name, of, nullable=False)
