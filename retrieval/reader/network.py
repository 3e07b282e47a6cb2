"""The network: start and end scores for every token of one window, by onnxruntime."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError
from retrieval.reader.model_files import ReaderFiles

Logits = NDArray[np.float32]


class Network:
    """Runs one window at a time on the calling thread; any number of threads may call at once.

    Dynamic int8 scales activations over everything in one call, so that a window read alone
    always gets the same scores; one call a window is also the fastest on a CPU.
    """

    def __init__(self, model: Path) -> None:
        """Load an ONNX model and try it once.

        Raises:
            ModelError: onnxruntime refuses it, or it answers with something but finite numbers.
        """
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # The exporter has optimised the graph; fusing further would make it slower.
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
        # Windows differ in length, so remembering a memory plan for each would only grow.
        options.enable_mem_pattern = False
        try:
            self._session = onnxruntime.InferenceSession(
                str(model), options, providers=["CPUExecutionProvider"]
            )
            start, end = self.scores(np.array([101, 2040, 102, 2014, 102], dtype=np.int64))
        except Exception as error:  # onnxruntime's errors share no narrower base
            raise ModelError(
                f"the reader's network cannot be run: {error}; export it again with: "
                "python -m eval.training.export"
            ) from error
        if not (np.isfinite(start).all() and np.isfinite(end).all()):
            raise ModelError(
                "the reader's network answers with numbers that are not finite; its weights are "
                "spoilt: export it again with: python -m eval.training.export"
            )

    def scores(self, ids: NDArray[np.int64]) -> tuple[Logits, Logits]:
        """Return the start and the end logits of each token, float32 (tokens,).

        Args:
            ids: int64 (tokens,), `[CLS] question [SEP] passage [SEP]`.
        """
        scores: Logits = self._session.run(None, {"ids": ids[None]})[0]
        return scores[0], scores[1]


def open_network(files: ReaderFiles) -> Network:
    """Load the network of a weights folder, its file checked meanwhile.

    Raises:
        ModelError: it is damaged, or cannot be run.
    """
    with ThreadPoolExecutor(1) as background:
        # Hashing lets go of the interpreter, so it costs nothing beside loading.
        checked = background.submit(files.check_model)
        try:
            network = Network(files.model)
        except ModelError:
            # A damaged file is reported as such, not by what onnxruntime says of it.
            checked.result()
            raise
        checked.result()
    return network
