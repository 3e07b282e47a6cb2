"""The documents of one generation without their texts."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from index.filters.literals import field_values
from index.listing import DocumentHead, FacetValue
from index.milvus.row_format import head_fields
from index.text.ids import file_uri


class MilvusListing:
    """Heads that were read once; see `index.listing.Listing`."""

    def __init__(self, heads: Sequence[DocumentHead]) -> None:
        """Take the heads of the documents, in the order of their ids."""
        self._heads = heads

    def count(self) -> int:
        """Return how many there are."""
        return len(self._heads)

    def heads(self, after: str, limit: int) -> list[DocumentHead]:
        """Return the first `limit` documents whose ids come after one, in id order."""
        return [head for head in self._heads if head.id > after][:limit]

    def facet(self, field: str, limit: int) -> list[FacetValue]:
        """Return the `limit` most frequent values of a field, those of equal counts by value."""
        counted: Counter[str] = Counter()
        for head in self._heads:
            values = field_values(head_fields(head))
            counted.update({value.text for value in values if value.field == field})
        ranked = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
        return [FacetValue(value, count) for value, count in ranked[:limit]]

    def of_file(self, path: Path, limit: int) -> list[DocumentHead]:
        """Return the first `limit` documents that one file holds, in id order."""
        return self._of_file(path)[:limit]

    def count_file(self, path: Path) -> int:
        """Return how many documents one file holds."""
        return len(self._of_file(path))

    def _of_file(self, path: Path) -> list[DocumentHead]:
        uri = file_uri(path)
        return [head for head in self._heads if head.uri.partition("!/")[0] == uri]
