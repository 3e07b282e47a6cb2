"""Linear layers that multiply in 8-bit integers while they learn.

On a CPU whose 8-bit products are four times as fast as its others (VNNI), a network trains about
twice as fast so. Everything stays float32 but what goes into a product: each row of one factor and
each column of the other is rounded to 255 steps of its own size, as it comes (SwitchBack, Wortsman
et al., 2023, https://arxiv.org/abs/2304.13013). The gradient of the weights, a sum over tokens, is
taken in blocks of them, so that a large token does not round away the others.
"""

from typing import Any

import torch
import torch._dynamo
from torch import Tensor, nn

# What is rounded comes in more types and layouts than the eight that PyTorch compiles for; past
# them it would go on uncompiled, at two thirds of the speed.
torch._dynamo.config.recompile_limit = 64

_BLOCK = 1024
_LEAST = 1e-12
_MOST = 127
_SMALLEST_LAYER = 64
_COLUMN, _ROW = 0, 1


def in_integers(model: nn.Module) -> None:
    """Let the linear layers of ``model`` multiply in 8-bit integers; its weights stay its own."""
    for parent in list(model.modules()):
        for name, child in list(parent.named_children()):
            if type(child) is nn.Linear and child.out_features >= _SMALLEST_LAYER:
                setattr(parent, name, IntegerLinear(child))


class IntegerLinear(nn.Module):
    """What ``linear`` does, nearly, with its own weight and bias."""

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        self.weight, self.bias = linear.weight, linear.bias

    def forward(self, x: Tensor) -> Tensor:
        """Map float ``[..., inputs]`` to float32 ``[..., outputs]``."""
        # PyTorch leaves `apply` untyped.
        product: Tensor = _Product.apply(x, self.weight, self.bias)  # type: ignore[no-untyped-call]
        return product


class _Product(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        ctx.save_for_backward(x, weight)
        rounded, steps = _rounded(weight.detach(), _ROW)
        whole, sizes = _rounded(x.reshape(-1, x.shape[-1]), _ROW)
        product = _added(bias.detach(), torch._int_mm(whole, rounded.T), sizes, steps.T)
        return product.view(*x.shape[:-1], -1)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        x, weight = ctx.saved_tensors
        gradient = gradient.reshape(-1, gradient.shape[-1])
        of_x = of_weight = of_bias = None
        if ctx.needs_input_grad[0]:
            whole, sizes = _rounded(gradient, _ROW)
            rounded, steps = _rounded(weight.detach(), _COLUMN)
            of_x = _scaled(torch._int_mm(whole, rounded), sizes, steps).view_as(x).to(x.dtype)
        if ctx.needs_input_grad[1]:
            of_bias = gradient.sum(0)
            of_weight = torch.zeros_like(weight)
            x = x.reshape(-1, x.shape[-1])
            for at in range(0, len(x), _BLOCK):
                ours, sizes = _rounded(gradient[at : at + _BLOCK], _COLUMN)
                theirs, steps = _rounded(x[at : at + _BLOCK], _COLUMN)
                of_weight = _added(of_weight, torch._int_mm(ours.T, theirs), sizes.T, steps)
        return of_x, of_weight, of_bias


# Compiled, each is one pass over memory instead of four. They are given no parameters, for which
# every shape would be compiled anew.


@torch.compile(dynamic=True)
def _rounded(x: Tensor, axis: int) -> tuple[Tensor, Tensor]:
    """Round to int8 what lies along ``axis`` of a matrix; return it with its steps."""
    steps = x.to(torch.float32).abs().amax(axis, keepdim=True).clamp(min=_LEAST) / _MOST
    return (x / steps).round().to(torch.int8), steps


@torch.compile(dynamic=True)
def _scaled(product: Tensor, rows: Tensor, columns: Tensor) -> Tensor:
    return product.to(torch.float32) * rows * columns


@torch.compile(dynamic=True)
def _added(total: Tensor, product: Tensor, rows: Tensor, columns: Tensor) -> Tensor:
    return total + product.to(torch.float32) * rows * columns
