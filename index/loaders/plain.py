"""Plain text: the file is the document. A manual page is read by its own loader."""

import re
from collections.abc import Iterator

from index.loaders.build import Source, build, encoding_metadata, file_name
from index.text.encoding import decode
from index.types import Document, LoadProblem

_SECTION = re.compile(r"\.[1-9](?:[a-z]{1,8})?$")
"""The suffix of a manual page, such as `.1` or `.3ssl`; other files have such names, too."""


class PlainTextLoader:
    """Loads text files as they are; the title is the file's name."""

    name = "text"

    def load(self, data: bytes, *, uri: str, key: str) -> Iterator[Document | LoadProblem]:
        """Yield the one document in `data`.

        Raises:
            LoadError: when it is not text.
        """
        decoded = decode(data)
        if _SECTION.search(uri):
            from index.loaders.man import ManLoader, is_manual

            if is_manual(decoded.text):
                yield from ManLoader().load(data, uri=uri, key=key)
                return
        source = Source.of(data, uri, "text/plain")
        metadata = encoding_metadata(decoded)
        yield build(source, key, file_name(uri), decoded.text, metadata)
