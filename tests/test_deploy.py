"""What is deployed names settings, options and paths that there are."""

import configparser
import re
from pathlib import Path

from api.http.settings import PREFIX, ServerSettings
from api.jobs.uploads import Uploads

DEPLOY = Path(__file__).parents[1] / "deploy"
KNOWN = {*(f"{PREFIX}{name.upper()}" for name in ServerSettings.model_fields), "EXCERPT_INDEX"}


def test_the_settings_named_are_there():
    for path in DEPLOY.iterdir():
        assert set(re.findall(r"\bEXCERPT_\w+", path.read_text())) <= KNOWN, path


def test_neither_runs_as_root_or_writes_beside_its_own():
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str
    unit.read(DEPLOY / "excerpt.service")
    service = unit["Service"]
    assert service["User"] == "excerpt"
    assert service["ProtectSystem"] == "strict"
    assert service["NoNewPrivileges"] == "yes"
    assert service["ExecStart"].endswith("/excerpt serve")
    lines = (DEPLOY / "Containerfile").read_text().splitlines()
    user = next(number for number, line in enumerate(lines) if line.startswith("USER "))
    assert lines[user] != "USER root"
    assert not [line for line in lines[user:] if line.startswith(("RUN", "COPY"))]


def test_the_volume_of_the_image_holds_the_index_and_its_uploads():
    lines = (DEPLOY / "Containerfile").read_text().splitlines()
    (volume,) = [Path(line.split()[1]) for line in lines if line.startswith("VOLUME ")]
    index = re.search(r"EXCERPT_INDEX=(\S+)", "\n".join(lines))
    assert index is not None
    assert volume in Uploads.of_index(Path(index[1])).root.parents


def test_every_setting_and_metric_is_documented():
    docs = DEPLOY.parent / "docs"
    settings = (docs / "http.md").read_text()
    for name in ServerSettings.model_fields:
        assert f"| `{name}` | `{PREFIX}{name.upper()}` |" in settings, name
    running = (docs / "running.md").read_text()
    source = (DEPLOY.parent / "api" / "http" / "metrics.py").read_text()
    metrics = re.findall(r'"(excerpt_\w+)"', source)
    assert len(metrics) > 5
    assert not [name for name in metrics if name not in running]
