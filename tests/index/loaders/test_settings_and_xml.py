"""YAML, TOML and XML: records where there are some, else the lines or elements as they stand."""

from index.loaders import get_loader
from index.types import Document, LoadProblem


def load(name: str, data: str, uri: str = "/d/a.yaml") -> list[Document]:
    found: list[Document | LoadProblem] = list(
        get_loader(name).load(data.encode(), uri=uri, key="k")
    )
    return [each for each in found if isinstance(each, Document)]


def test_settings_are_read_as_the_lines_they_are() -> None:
    data = "# The quay\nport: 8080\nhosts:\n  - heron\n"
    assert [each.text for each in load("settings", data)] == [data]
    toml = 'title = "Quay"\n[server]\nport = 1\n'
    assert [each.text for each in load("settings", toml, "/d/a.toml")] == [toml]


def test_a_list_of_records_is_one_document_a_record() -> None:
    data = "- name: Heron\n  description: A boat of oak.\n- name: Curlew\n  seats: 85\n"
    heron, curlew = load("settings", data)
    assert (heron.title, heron.text) == ("Heron", "A boat of oak.")
    assert curlew.text == "name: Curlew\nseats: 85"


def test_aliases_that_multiply_are_read_as_lines() -> None:
    data = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"
    assert load("settings", data)[0].text == data


def test_elements_of_xml_are_paragraphs_with_their_paths() -> None:
    data = "<log><title>Night log</title><entry>The <b>lamp</b> is lit.</entry><entry/></log>"
    (found,) = load("xml", data, "/d/a.xml")
    assert found.text == "Night log\n\nThe lamp is lit."
    assert found.title == "Night log"
    assert found.places[1].value == "entry[1]"


def test_entities_of_xml_are_not_resolved() -> None:
    data = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>Words &x; here.</a>'
    for found in load("xml", data, "/d/a.xml"):
        assert "root:" not in found.text


def test_a_file_of_attributes_is_read_by_them() -> None:
    data = '<list><land code="bu" name="Burma,\n later Myanmar"/><land code="dd"/><x/></list>'
    (found,) = load("xml", data, "/d/a.xml")
    assert found.text == "code: bu; name: Burma, later Myanmar\ncode: dd"
    assert [each.value for each in found.places] == ["land[1]", "land[2]"]
