"""A student's first weights, taken from its teacher.

This matters most: a student that begins from random layers needs ten times as many steps to the same loss.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from transformers import BertModel

Weights = Mapping[str, torch.Tensor]


def principal_axes(
    teacher: Path, layers: Sequence[int], width: int, rows: Sequence[np.ndarray]
) -> tuple[torch.Tensor, float]:
    """The axes of the teacher's residual stream that carry most, [its width, width], and how LayerNorm's gain grows.

    rows: token ids of the teacher's vocabulary, on which the stream is looked at. The gain follows the norm of fewer,
    larger components. At the teacher's own width nothing is turned and nothing lost.
    """
    model = BertModel.from_pretrained(teacher, add_pooling_layer=False).eval()
    full = model.config.hidden_size
    if width == full:
        return torch.eye(full), 1.0
    second_moment = torch.zeros(full, full)
    with torch.no_grad():
        for row in rows:
            states = model(torch.from_numpy(row)[None], output_hidden_states=True).hidden_states
            for depth in [0] + [layer + 1 for layer in layers]:
                second_moment += states[depth][0].T @ states[depth][0]
    values, vectors = torch.linalg.eigh(second_moment)
    # Turned at random within the axes, so that no component carries it all.
    turn = torch.linalg.qr(torch.randn(width, width, generator=torch.Generator().manual_seed(0)))[0]
    gain = float(values[-width:].sum() / values.sum() * full / width) ** 0.5
    return vectors[:, -width:] @ turn, gain


def narrowed(
    weights: Weights, layers: Sequence[int], kept: np.ndarray, axes: torch.Tensor, gain: float, head_width: int
) -> dict[str, torch.Tensor]:
    """The chosen layers of the teacher on the given axes, the kept rows of its word table, without a pooler."""
    out: dict[str, torch.Tensor] = {}
    for kind in ("word", "position", "token_type"):
        name = f"embeddings.{kind}_embeddings.weight"
        out[name] = (weights[name][kept] if kind == "word" else weights[name]) @ axes
    out |= narrowed_norm(weights, "embeddings.LayerNorm", "embeddings.LayerNorm", axes, gain)
    for to, of in enumerate(layers):
        names = f"encoder.layer.{to}", f"encoder.layer.{of}"
        out |= narrowed_attention(weights, *names, axes, head_width)
        out |= narrowed_norm(weights, *(f"{name}.attention.output.LayerNorm" for name in names), axes, gain)
        out |= narrowed_feed_forward(weights, *names, axes)
        out |= narrowed_norm(weights, *(f"{name}.output.LayerNorm" for name in names), axes, gain)
    return {name: value.contiguous() for name, value in out.items()}


def narrowed_norm(weights: Weights, to: str, of: str, axes: torch.Tensor, gain: float) -> dict[str, torch.Tensor]:
    """A LayerNorm on other axes; exact only where its weights are alike."""
    weight, bias = weights[f"{of}.weight"], weights[f"{of}.bias"]
    return {f"{to}.weight": (axes * (weight[:, None] * axes)).sum(0) * gain, f"{to}.bias": bias @ axes}


def narrowed_attention(
    weights: Weights, to: str, of: str, axes: torch.Tensor, head_width: int
) -> dict[str, torch.Tensor]:
    """As many heads as fit, those that write most into the stream."""
    full, width = axes.shape
    value = weights[f"{of}.attention.self.value.weight"].view(-1, head_width, full)
    dense = weights[f"{of}.attention.output.dense.weight"].view(full, -1, head_width)
    written = torch.stack([(dense[:, head] @ value[head]).norm() for head in range(len(value))])
    heads = written.topk(width // head_width).indices.sort().values
    lanes = (heads[:, None] * head_width + torch.arange(head_width)).flatten()
    out = {
        f"{to}.attention.output.dense.weight": axes.T @ weights[f"{of}.attention.output.dense.weight"][:, lanes],
        f"{to}.attention.output.dense.bias": weights[f"{of}.attention.output.dense.bias"] @ axes,
    }
    for part in ("query", "key", "value"):
        name = f"attention.self.{part}"
        out[f"{to}.{name}.weight"] = weights[f"{of}.{name}.weight"][lanes] @ axes
        out[f"{to}.{name}.bias"] = weights[f"{of}.{name}.bias"][lanes]
    return out


def narrowed_feed_forward(weights: Weights, to: str, of: str, axes: torch.Tensor) -> dict[str, torch.Tensor]:
    """Four neurons for each component of the stream, those that write most."""
    inner, outer = weights[f"{of}.intermediate.dense.weight"], weights[f"{of}.output.dense.weight"]
    neurons = (inner.norm(dim=1) * outer.norm(dim=0)).topk(4 * axes.shape[1]).indices.sort().values
    return {
        f"{to}.intermediate.dense.weight": inner[neurons] @ axes,
        f"{to}.intermediate.dense.bias": weights[f"{of}.intermediate.dense.bias"][neurons],
        f"{to}.output.dense.weight": axes.T @ outer[:, neurons],
        f"{to}.output.dense.bias": weights[f"{of}.output.dense.bias"] @ axes,
    }
