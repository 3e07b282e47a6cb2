"""The page's own style sheet and module, addressed by their content so that they keep for ever."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "static"
_MEDIA_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that the page loads; `name` holds a digest of its content."""

    name: str
    media_type: str
    content: bytes


@lru_cache(maxsize=1)
def assets() -> dict[str, Asset]:
    """Return every asset by the name that its address ends in."""
    made = (_asset(path) for path in sorted(_FOLDER.iterdir()) if path.suffix in _MEDIA_TYPES)
    return {asset.name: asset for asset in made}


@lru_cache(maxsize=8)
def asset_url(file_name: str) -> str:
    """Return the address of a file of the folder `static`."""
    return f"/assets/{_asset(_FOLDER / file_name).name}"


def _asset(path: Path) -> Asset:
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()[:12]
    return Asset(f"{path.stem}.{digest}{path.suffix}", _MEDIA_TYPES[path.suffix], content)
