"""Plain text: the file is the document."""

from collections.abc import Iterator

from index.loaders.build import Source, build, encoding_metadata, file_name
from index.text.encoding import decode
from index.types import Document, LoadProblem


class PlainTextLoader:
    """Loads text files as they are; the title is the file's name."""

    name = "text"

    def load(self, data: bytes, *, uri: str, key: str) -> Iterator[Document | LoadProblem]:
        """Yield the one document in `data`.

        Raises:
            LoadError: when it is not text.
        """
        decoded = decode(data)
        source = Source.of(data, uri, "text/plain")
        metadata = encoding_metadata(decoded)
        yield build(source, key, file_name(uri), decoded.text, metadata)
