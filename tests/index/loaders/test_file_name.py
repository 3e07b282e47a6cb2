"""The title of last resort."""

import pytest

from index.loaders.build import file_name


@pytest.mark.parametrize(
    ("uri", "name"),
    [
        ("/papers/notes.txt", "notes.txt"),
        ("https://example.org/a/page.html", "page.html"),
        ("/papers/caf\\xe9 men\\xfc.txt", "caf\\xe9 men\\xfc.txt"),
        ("folder/", "folder"),
    ],
)
def test_the_last_part_of_a_path_or_address(uri: str, name: str) -> None:
    assert file_name(uri) == name
