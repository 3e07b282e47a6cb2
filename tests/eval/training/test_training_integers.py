"""Training's 8-bit products stay near those in float32, forwards and backwards."""

from collections.abc import Iterator

import pytest
import torch
from torch import nn

from eval.training.int8_training import IntegerLinear, in_integers


@pytest.fixture(autouse=True)
def uncompiled() -> Iterator[None]:
    """The same arithmetic without a compiler, which would take most of the tests' time."""
    with torch.compiler.set_stance("force_eager"):
        yield


def near(one: torch.Tensor, other: torch.Tensor) -> float:
    return float(torch.cosine_similarity(one.flatten(), other.flatten(), 0))


@pytest.mark.parametrize("tokens", [1, 40, 2500])
def test_products_and_gradients_are_near_those_in_float32(tokens: int) -> None:
    torch.manual_seed(0)
    linear = nn.Linear(96, 64)
    x = torch.randn(tokens, 96) * torch.logspace(-3, 3, tokens)[:, None]
    x[:, 5] *= 30
    sought = torch.randn(tokens, 64) * torch.rand(tokens, 1)
    outputs, gradients = [], []
    for layer in (linear, IntegerLinear(linear)):
        linear.zero_grad()
        given = x.clone().requires_grad_()
        made = layer(given)
        (made * sought).sum().backward()
        outputs.append(made.detach())
        assert linear.bias.grad is not None
        assert linear.weight.grad is not None
        assert given.grad is not None
        gradients.append([linear.weight.grad.clone(), given.grad])
    apart = (outputs[0] - outputs[1]).norm(dim=1) / outputs[0].norm(dim=1)
    assert float(apart.max()) < 0.05
    assert all(near(one, other) > 0.995 for one, other in zip(*gradients, strict=True))


def test_a_changed_weight_is_rounded_anew() -> None:
    torch.manual_seed(0)
    linear = nn.Linear(8, 64)
    layer, x = IntegerLinear(linear), torch.randn(3, 2, 8)
    before = layer(x)
    assert before.shape == (3, 2, 64)
    before.sum().backward()
    # The trainer's own optimiser, which changes weights without counting their versions.
    torch.optim.AdamW(layer.parameters(), lr=0.5, fused=True).step()
    after = layer(x)
    assert not torch.allclose(before, after, atol=0.1)
    torch.testing.assert_close(after, linear(x), atol=0.2, rtol=0.05)


def test_a_network_keeps_its_weights_and_what_is_frozen() -> None:
    network = nn.Sequential(nn.Sequential(nn.Linear(8, 64), nn.ReLU()), nn.Linear(64, 2))
    network[0].requires_grad_(False)
    before = network.state_dict()
    in_integers(network)
    assert network.state_dict().keys() == before.keys()
    assert isinstance(network[0][0], IntegerLinear)
    assert isinstance(network[1], nn.Linear)
    network(torch.randn(4, 8)).sum().backward()
    assert network[0][0].weight.grad is None
