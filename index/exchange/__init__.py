"""An index moved between stores of any kind as Parquet files, with nothing embedded again.

`export_index` writes a snapshot into a folder, `import_index` makes one generation of it in an
empty store; docs/exchange.md describes the folder, so that others can read it. Both go through the
protocols of a store alone, and hold a bounded part of an index in memory.
"""

from index.exchange.exporting import export_index
from index.exchange.importing import check_export, import_index
from index.exchange.manifest import Manifest, read_manifest

__all__ = ["Manifest", "check_export", "export_index", "import_index", "read_manifest"]
