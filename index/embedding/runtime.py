"""The embedder that runs everywhere: onnxruntime for the graph, tokenizers for the text."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from itertools import count

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from index.cores import usable_cores
from index.embedding.bundle import GRAPH, TOKENIZER, Bundle
from index.errors import InputError, ModelError
from index.protocols import Vectors

_QUERY_CHARACTERS_A_TOKEN = 64
"""A query is cut at this many code points a token before it is tokenised at all."""

_REMEMBERED = 1024
"""Passages whose tokens are kept: they are counted when cut, soon embedded, and counted again."""

TokenIds = NDArray[np.int64]
"""Shape (1, n): the tokens of one text."""


class OnnxEmbedder:
    """A sentence-transformers model as exported to a bundle; safe to share between threads.

    Every text runs by itself, so a vector is bit for bit the same alone and among others.
    """

    def __init__(self, bundle: Bundle) -> None:
        """Load the model.

        Raises:
            ModelError: when a file is damaged or is not a model.
        """
        config = bundle.config
        self.dim = config.dim
        self.max_tokens = config.max_tokens
        self.fingerprint = config.fingerprint
        self.config = config
        self.threads = usable_cores()
        with ThreadPoolExecutor(1) as background:
            # Hashing lets go of the interpreter, so it costs nothing beside loading.
            checked = background.submit(bundle.check)
            try:
                self._tokenizer = Tokenizer.from_file(str(bundle.folder / TOKENIZER))
                self._session = _session(str(bundle.folder / GRAPH))
            except Exception as error:  # both libraries raise types of their own
                checked.result()
                raise ModelError(f"{bundle.folder} holds no usable model: {error}") from error
            checked.result()
        self._input = self._session.get_inputs()[0].name
        self._tokens = _remembering(self._tokenizer, config.passage_prompt)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return how many tokens the model sees for each text as a passage, specials included."""
        return [self._tokens(text).shape[1] for text in texts]

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return passage vectors, shape (len(texts), dim), float32, unit length.

        Raises:
            InputError: when a text has more than `max_tokens` tokens; nothing is truncated.
        """
        rows = [self._row(text) for text in texts]
        vectors = np.empty((len(rows), self.dim), np.float32)
        turn = count()

        def work() -> None:
            while (at := next(turn)) < len(rows):
                vectors[at] = self._run(rows[at])

        workers = min(self.threads, len(rows))
        if workers <= 1:
            work()
        else:
            with ThreadPoolExecutor(workers) as pool:
                for done in [pool.submit(work) for _ in range(workers)]:
                    done.result()
        return vectors

    def embed_query(self, text: str) -> Vectors:
        """Return a query's vector, shape (dim,), float32, unit length.

        A query too long for the model is cut.
        """
        ids = self._query_tokens(text)
        if len(ids) > self.max_tokens:
            # The last token closes the sequence for every tokenizer that has one.
            special = self._tokenizer.num_special_tokens_to_add(is_pair=False)
            ids = ids[: self.max_tokens - 1] + ids[-1:] if special else ids[: self.max_tokens]
        return self._run(np.array([ids], np.int64))

    def _query_tokens(self, text: str) -> list[int]:
        cut = self.config.query_prompt + text[: self.max_tokens * _QUERY_CHARACTERS_A_TOKEN]
        ids: list[int] = self._tokenizer.encode(_encodable(cut)).ids
        return ids

    def _row(self, text: str) -> TokenIds:
        ids = self._tokens(text)
        if ids.shape[1] > self.max_tokens:
            raise InputError(
                f"a passage has {ids.shape[1]} tokens and the embedder reads {self.max_tokens}: "
                f"split it first; it begins {self._tokenizer.decode(ids[0, :12].tolist())!r}"
            )
        return ids

    def _run(self, ids: TokenIds) -> Vectors:
        vector: Vectors = self._session.run(None, {self._input: ids})[0][0]
        return vector


def _remembering(tokenizer: Tokenizer, prompt: str) -> Callable[[str], TokenIds]:
    """Return what gives a passage's tokens, and knows them still when asked again soon."""

    @lru_cache(_REMEMBERED)
    def tokens(text: str) -> TokenIds:
        # `encode` is slower: it keeps the offsets, and the interpreter to itself.
        (encoding,) = tokenizer.encode_batch_fast([_encodable(prompt + text)])
        return np.array([encoding.ids], np.int64)

    return tokens


def _encodable(text: str) -> str:
    """Return the text with lone surrogates, which UTF-8 cannot carry, replaced."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()
    return text


def _session(path: str) -> onnxruntime.InferenceSession:
    """Open a graph for single-threaded calls from many threads."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # The exporter has optimised the graph; fusing further would make it slower (see int8.py).
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    # Texts differ in length, so remembering the memory plan of each length would only grow.
    options.enable_mem_pattern = False
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
