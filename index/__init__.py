"""Documents to passages to vectors and terms on disk.

The flow: `walk` finds files, a `Loader` makes `Document`s of them, `passages` cuts those into
whole sentences up to a token budget, an `Embedder` gives each a vector, and the `Store` commits
documents, terms and vectors together as one numbered generation. See ARCHITECTURE.md.
"""

import os

# onnxruntime reports home unless told not to before it is imported; nothing here goes anywhere.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
