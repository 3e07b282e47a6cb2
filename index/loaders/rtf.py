"""RTF: the words without their markup."""

import re
from collections.abc import Iterator

from index.errors import LoadError
from index.loaders.build import EMPTY, Source, build, file_name
from index.loaders.contents import mistaken
from index.loaders.workbook import is_blank
from index.types import Document, LoadProblem, MetadataValue

_INFO = re.compile(r"\{\\(title|author|subject|keywords)\s+([^{}\\]*)\}")


class RtfLoader:
    """Loads RTF; the title is its own or the file's name."""

    name = "rtf"

    def load(self, data: bytes, *, uri: str, key: str) -> Iterator[Document | LoadProblem]:
        """Yield the one document in `data`.

        Raises:
            LoadError: when it is not RTF, or damaged.
        """
        from striprtf.striprtf import rtf_to_text

        data = data.removeprefix(b"\xef\xbb\xbf")
        if is_blank(data):
            yield LoadProblem(uri, EMPTY)
            return
        if not data.lstrip().startswith(b"{\\rtf"):
            raise mistaken("RTF", data)
        markup = data.decode("latin-1")
        try:
            text = rtf_to_text(markup, encoding="cp1252", errors="replace")  # type: ignore[no-untyped-call]
        except (ValueError, LookupError, ArithmeticError, RecursionError) as error:
            raise LoadError(f"it is damaged RTF ({error}); save it anew") from error
        info = {name: value.strip() for name, value in _INFO.findall(markup) if value.strip()}
        title = info.pop("title", "") or file_name(uri)
        about: dict[str, MetadataValue] = dict(info)
        source = Source.of(data, uri, "application/rtf")
        yield build(source, key, title, text.replace("\0", "\ufffd").strip("\n"), about)
