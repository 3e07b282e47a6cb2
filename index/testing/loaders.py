"""What every loader keeps to."""

import hashlib

import pytest

from index.protocols import Loader
from index.text.tables import names_of
from index.types import Document, LoadProblem


class LoaderContract:
    """Inherit, and give the fixtures `loader` and `sample`, a file of at least one document."""

    @pytest.fixture
    def loader(self) -> Loader:
        """Return the loader."""
        raise AssertionError("a contract needs its implementation")

    @pytest.fixture
    def sample(self) -> bytes:
        """Return a file that it reads."""
        raise AssertionError("a contract needs a sample")

    def test_documents_carry_their_digests_ids_and_place(
        self, loader: Loader, sample: bytes
    ) -> None:
        data = sample
        loaded = documents(loader, data)
        assert loaded
        for document in loaded:
            assert document.sha256 == hashlib.sha256(document.text.encode()).hexdigest()
            assert document.source_sha256 == hashlib.sha256(data).hexdigest()
            assert document.uri.partition("!/")[0] == "/d/file name.x"
            assert document.id
            assert not set(document.id) & set(" /?#%&+")
            assert document.text.strip()
            assert "/" in document.media_type

    def test_places_are_sorted_and_lie_in_the_text(self, loader: Loader, sample: bytes) -> None:
        for document in documents(loader, sample):
            assert list(document.places) == sorted(document.places)
            for place in document.places:
                assert place.span.of(document.text).strip()
                assert place.span.end <= len(document.text)
            if document.boxes is not None:
                for span, box in document.boxes.words():
                    assert span.of(document.text).split() == [span.of(document.text)]
                    assert box.left <= box.right
                    assert box.top <= box.bottom

    def test_metadata_is_plain_values(self, loader: Loader, sample: bytes) -> None:
        for document in documents(loader, sample):
            for value in document.metadata.values():
                values = value if isinstance(value, tuple) else (value,)
                assert values
                assert all(isinstance(one, str | int | float | bool) for one in values)

    def test_headings_stand_in_the_text_in_order(self, loader: Loader, sample: bytes) -> None:
        for document in documents(loader, sample):
            starts = [heading.span.start for heading in document.outline]
            assert starts == sorted(starts)
            for heading in document.outline:
                words = heading.span.of(document.text)
                assert all(name in words for name in names_of(heading.text))
                assert heading.level >= 1

    def test_loading_twice_gives_the_same(self, loader: Loader, sample: bytes) -> None:
        data = sample
        assert load(loader, data) == load(loader, data)


def load(loader: Loader, data: bytes) -> list[Document | LoadProblem]:
    return list(loader.load(data, uri="/d/file name.x", key="file-name.x-0123"))


def documents(loader: Loader, data: bytes) -> list[Document]:
    return [each for each in load(loader, data) if isinstance(each, Document)]
