"""A larger network to learn from: MPNet made to read the small one's wordpieces.

MPNet's vocabulary is BERT's, moved up by four, with its own marks. Read so, its scores stand at
the small network's own tokens, and their distributions can be compared one to one.
"""

from pathlib import Path

from torch import Tensor, nn
from transformers import AutoModelForQuestionAnswering
from transformers.modeling_outputs import QuestionAnsweringModelOutput

_SHIFT = 4
_MARKS = {0: 1, 101: 0, 102: 2}
"""BERT's ``[PAD]``, ``[CLS]`` and ``[SEP]`` as MPNet's ``<pad>``, ``<s>`` and ``</s>``."""


class Teacher(nn.Module):
    """An MPNet encoder with a span head, called as a BERT one is.

    Args:
        encoder: folder of an MPNet model, such as all-mpnet-base-v2.
        frozen: how many of its lower layers, with the embeddings, are left as they are.
        dropout: share of activations dropped in training.
    """

    def __init__(self, encoder: Path, frozen: int = 0, dropout: float = 0.0) -> None:
        super().__init__()
        self.model = AutoModelForQuestionAnswering.from_pretrained(
            encoder,
            attn_implementation="eager",
            hidden_dropout_prob=dropout,
            attention_probs_dropout_prob=dropout,
        )
        self.model.mpnet.embeddings.requires_grad_(not frozen)
        for layer in self.model.mpnet.encoder.layer[:frozen]:
            layer.requires_grad_(False)

    def forward(
        self,
        input_ids: Tensor,
        attention_mask: Tensor,
        token_type_ids: Tensor,  # noqa: ARG002  (MPNet knows no segments)
    ) -> QuestionAnsweringModelOutput:
        """Score int64 ``[batch, tokens]`` ids of BERT's vocabulary."""
        ids = input_ids + _SHIFT
        for bert, mpnet in _MARKS.items():
            ids = ids.masked_fill(input_ids == bert, mpnet)
        output: QuestionAnsweringModelOutput = self.model(ids, attention_mask=attention_mask)
        return output
