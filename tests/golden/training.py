"""The training recipe that all methods share: where a new head starts, schedule, clipping, AdamW."""

import math
import re

import numpy
import torch

from threefry import draw_uniform


def linear_head(seed, hidden, label_count):
    """A classifier as nn.Linear starts it, weight and bias U(±1/√d), drawn as the engine draws it."""
    shapes = {"classifier.weight": (label_count, hidden), "classifier.bias": (label_count,)}
    head = {}
    for name, shape in shapes.items():
        uniform = draw_uniform(seed, f"init {name}", 0, numpy.arange(math.prod(shape)))
        head[name] = torch.from_numpy(((2 * uniform - 1) / math.sqrt(hidden)).astype("f4")).view(shape)
    return head


def schedule(step, recipe):
    """Learning rate of a step: linear warm-up and decay, with the factor of the step before."""
    done, total = step - 1, recipe["maxSteps"]
    warmup = math.ceil(recipe["warmupRatio"] * total)
    factor = done / warmup if done < warmup else max(0.0, (total - done) / (total - warmup))
    return recipe["learningRate"] * factor


def is_norm(name):
    """A LayerNorm's weight or bias, as BERT, DistilBERT and BART call them."""
    return any(part in name for part in ("LayerNorm", "layer_norm", "layernorm"))


def is_embedding(name):
    """A table, or what else belongs to the embeddings: DeBERTa's LayerNorm over its table, say."""
    parts = ("embeddings", "embed_positions", "layernorm_embedding", "model.shared", "encoder.LayerNorm")
    return any(part in name for part in parts)


def layers_of(names):
    """The layer of each name that has one, counted from below, a decoder's behind its encoder's."""
    found = {name: re.search(r"(encoder|decoder|transformer)\.layers?\.(\d+)\.", name) for name in names}
    found = {name: (match[1], int(match[2])) for name, match in found.items() if match}
    below = 1 + max((layer for stack, layer in found.values() if stack != "decoder"), default=-1)
    return {name: layer + (below if stack == "decoder" else 0) for name, (stack, layer) in found.items()}


def layer_factor(name, layers, decay):
    """Pooler and classifier 1, the top layer decay, and so on down to the embeddings."""
    count = 1 + max(layers.values(), default=-1)
    if name in layers:
        return decay ** (count - layers[name])
    return decay ** (count + 1) if is_embedding(name) else 1.0


def adamw(weights, recipe):
    """AdamW as the recipe says, a group a parameter; no decay on biases and LayerNorm."""
    layers = layers_of(weights)
    groups = [
        {
            "params": [weight],
            "weight_decay": 0.0 if name.endswith((".bias", "_bias")) or is_norm(name) else recipe["weightDecay"],
            "factor": layer_factor(name, layers, recipe.get("layerDecay", 1.0)),
        }
        for name, weight in weights.items()
    ]
    rule = PublishedAdamW if recipe.get("adamEpsilon") == "published" else torch.optim.AdamW
    return rule(groups, lr=0.0, betas=(recipe["beta1"], recipe["beta2"]), eps=recipe["eps"])


class PublishedAdamW(torch.optim.Optimizer):
    """AdamW in the order of the DPS paper's code: epsilon before the bias correction, decay after the update."""

    def __init__(self, groups, lr, betas, eps):
        super().__init__(groups, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            (beta1, beta2), rate = group["betas"], group["lr"]
            for weight in group["params"]:
                state = self.state[weight]
                if not state:
                    state.update(t=0, exp_avg=torch.zeros_like(weight), exp_avg_sq=torch.zeros_like(weight))
                state["t"] += 1
                m, v, t = state["exp_avg"], state["exp_avg_sq"], state["t"]
                m.copy_(beta1 * m + (1 - beta1) * weight.grad)
                v.copy_(beta2 * v + (1 - beta2) * weight.grad**2)
                step_size = rate * math.sqrt(1 - beta2**t) / (1 - beta1**t)
                weight -= step_size * m / (v.sqrt() + group["eps"])
                weight -= rate * group["weight_decay"] * weight


def clip(weights, bound):
    """Scales all gradients by min(1, bound/(norm + 1e-6)); returns the norm before."""
    norm = math.sqrt(sum(float((weight.grad.double() ** 2).sum()) for weight in weights.values()))
    scale = min(1.0, bound / (norm + 1e-6))
    for weight in weights.values():
        weight.grad *= scale
    return norm


def update(optimizer, weights, still, learning_rate):
    """One optimiser step; where a mask is given, unmasked elements keep value and both moments."""
    parts = lambda name: [weights[name].data, *(optimizer.state[weights[name]].get(k) for k in ("exp_avg", "exp_avg_sq"))]
    held = {name: [part.clone() for part in parts(name)] for name in still}
    for group in optimizer.param_groups:
        group["lr"] = learning_rate * group["factor"]
    optimizer.step()
    for name, mask in still.items():
        for part, old in zip(parts(name), held[name]):
            part[~mask] = old[~mask]
