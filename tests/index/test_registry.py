"""The registry: names, lazy imports, third parties' entry points, and what is missing."""

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from index.errors import InputError, ModelError
from index.loaders import FORMATS, get_loader
from index.registry import Registry


def registry(**builtin: str) -> Registry[object]:
    return Registry("excerpt.tests-have-no-such-group", "thing", builtin)


def test_a_name_is_imported_when_it_is_asked_for() -> None:
    assert registry(span="index.types:Span").get("span").__name__ == "Span"  # type: ignore[attr-defined]  # it is a class


def test_an_unknown_name_is_refused_with_those_there_are() -> None:
    with pytest.raises(InputError, match=r"no thing called 'x'; there are: a, b"):
        registry(b="m:B", a="m:A").get("x")


def test_what_is_not_installed_is_named_in_one_line_with_the_remedy() -> None:
    with pytest.raises(ModelError) as raised:
        registry(big="no_such_module_at_all:Thing [models]").get("big")
    assert str(raised.value) == (
        "the thing 'big' cannot be used: No module named 'no_such_module_at_all'; "
        "install it with: pip install 'excerpt[models]'"
    )


@pytest.mark.parametrize("reference", ["index.types", "index.types:Nothing", "a b:c"])
def test_a_broken_reference_says_to_correct_it(reference: str) -> None:
    with pytest.raises(ModelError, match="correct its entry point"):
        registry(x=reference).get("x")


def test_a_name_that_is_taken_keeps_its_first_owner() -> None:
    things = registry(a="index.types:Span")
    things.register("a", "index.types:Document")
    assert things.get("a").__name__ == "Span"  # type: ignore[attr-defined]  # it is a class


def test_our_own_names_are_listed_without_a_scan() -> None:
    assert registry(a="m:A").builtin_names() == ["a"]
    assert {"text", "markdown", "html", "json", "jsonl"} <= set(FORMATS.loaders.names())


def test_a_third_partys_loader_is_found_by_suffix(tmp_path: Path) -> None:
    """A package installed beside ours (its metadata on the path) adds a format."""
    (tmp_path / "shout.py").write_text(
        textwrap.dedent(
            """
            from index.loaders.plain import PlainTextLoader

            class ShoutLoader(PlainTextLoader):
                name = "shout"
                suffixes = (".shout",)
            """
        )
    )
    metadata = tmp_path / "shout-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: shout\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("[excerpt.loaders]\nshout = shout:ShoutLoader\n")
    program = (
        f"import sys; sys.path[:0] = [{str(tmp_path)!r}, {str(Path(__file__).parents[2])!r}]\n"
        "from pathlib import Path; from index.loaders import format_of\n"
        "assert format_of(Path('a.nobody-reads-this')) is None\n"
        "print(format_of(Path('a.txt')).name, format_of(Path('a.SHOUT')).name)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.split() == ["text", "shout"], done.stderr


def test_the_same_loader_serves_a_name_each_time() -> None:
    assert get_loader("text") is get_loader("text")


def test_a_plug_in_that_raises_or_lacks_a_library_leaves_the_rest_alone(tmp_path: Path) -> None:
    """Declared suffixes are known without an import; what cannot be imported is named."""
    (tmp_path / "lost.py").write_text("import no_such_module_at_all\n")
    (tmp_path / "angry.py").write_text("raise RuntimeError('not today')\n")
    metadata = tmp_path / "odd-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: odd\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(
        "[excerpt.loaders]\nlost = lost:Loader [sounds]\nangry = angry:Loader\n"
        "[excerpt.suffixes]\n.lost = lost:Loader [sounds]\naudio/lost = lost:Loader [sounds]\n"
    )
    docs = tmp_path / "docs"
    docs.mkdir()
    for name in ("good.txt", "song.lost", "picture.gif"):
        (docs / name).write_text("Bees hum.")
    program = (
        f"import sys; sys.path[:0] = [{str(tmp_path)!r}, {str(Path(__file__).parents[2])!r}]\n"
        "from index.loaders import FORMATS\n"
        "from index.store import FileStore\n"
        "from pathlib import Path\n"
        f"with FileStore.create({str(tmp_path / 'index')!r}) as store:\n"
        f"    report = store.sync([Path({str(docs)!r})])\n"
        "assert FORMATS.of_media_type('Audio/Lost; rate=8').name == 'lost'\n"
        "assert 'lost' not in sys.modules\n"
        "print(report.added)\n"
        "print(*(problem.reason for problem in report.problems), sep='\\n')\n"
        "print(FORMATS.broken)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    added, *reasons, broken = done.stdout.splitlines()
    assert added == "1"
    assert any("pip install 'excerpt[sounds]'" in reason for reason in reasons)
    assert any(".gif" in reason for reason in reasons)
    assert "RuntimeError when it is imported: not today" in broken
