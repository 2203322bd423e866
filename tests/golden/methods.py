"""The methods and the loop of training, one line after another, without an engine.

Steps count from 1. A method is a small class with a few places in a step: before the forward, the loss, on the gradients
before and after clipping, and at the optimiser. Everything is kept by parameter name.
"""

import math

import numpy
import torch

from bert import several_labels, task_loss
from training import adamw, clip, is_embedding, is_norm, schedule, update
from threefry import Dropout, draw_bits, draw_keep, draw_normal, draw_uniform


def is_selectable(name):
    """Weights of Linear modules in encoder, pooler and classifier."""
    return name.endswith(".weight") and not is_norm(name) and not is_embedding(name)


def update_steps(max_steps, update_ratio):
    """us: steps in a stage."""
    steps = int(max_steps * update_ratio)
    if steps == 0:
        raise ValueError(f"int({max_steps} * {update_ratio}) is 0")
    return steps


def stage_of(step, us):
    return 1 if math.ceil(step / us) % 2 == 1 else 2


def cycle_of(step, us):
    return (step - 1) // (2 * us)


def select(score, masked_share):
    """Top share of a matrix: K = ceil(N(1-p)), threshold = K-th largest, mask = score >= threshold.

    margin: relative distance from the threshold to the largest score below it; how far rounding is from mattering.
    """
    size = score.numel()
    rank = math.ceil(size * (1 - masked_share))
    descending = score.flatten().sort(descending=True).values
    threshold = descending[rank - 1]
    mask = score >= threshold
    kept = int(mask.sum())
    margin = 1.0 if kept == size else float((threshold - descending[kept]) / threshold)
    return {"mask": mask, "rank": rank, "threshold": float(threshold), "kept": kept, "size": size, "margin": margin}


def mix_score(gam, fam, us):
    """GAM / max(FAM, 1), weighed by exp(-max(FAM, 1)/us) from us = 50 on; FAM is one number a column."""
    frequency = fam.clamp(min=1)
    score = gam / frequency
    return score * torch.exp(-frequency / us) if us >= 50 else score


class Vanilla:
    """The plain recipe."""

    def __init__(self, weights, seed=0, dropout=0.0):
        self.weights = weights
        self.seed = seed
        self.dropout = dropout
        self.selections = []

    def prepare(self, model, batches):
        """Before the first step."""

    def loss(self, model, batch, step):
        if self.dropout == 0:
            return model.loss(batch)
        return model.loss(batch, Dropout(self.seed, self.dropout, step, batch))

    def stage(self, step):
        return 0

    def forward_weights(self, step):
        """Weights that the training forward uses in place of the raw ones, by name."""
        return {}

    def gradients(self, step):
        """Changes gradients in place, before clipping."""

    def clipped(self, step):
        """Changes gradients in place, after clipping."""

    def shown(self, name, gradient, step):
        """What the engine leaves of a gradient, whose clipping is done by the optimiser."""
        return gradient

    def before_update(self, step):
        """Masks of parameters whose other elements stand still, moments included, by name."""
        return {}


class DpsDense(Vanilla):
    """Stage I sums squared gradients; stage II masks the gradient with the top share of them."""

    def __init__(self, weights, recipe, values):
        super().__init__(weights)
        self.us = update_steps(recipe["maxSteps"], values["updateRatio"])
        self.share = values["frozenShare"]
        self.strict = values["frozenWeights"] == "strict"
        self.names = [name for name in weights if is_selectable(name)]
        self.gam = {}
        self.masks = {}

    def stage(self, step):
        return stage_of(step, self.us)

    def opens_stage(self, step):
        return (step - 1) % self.us == 0

    def score(self, name):
        return self.gam[name]

    def choose(self, step):
        chosen = {name: select(self.score(name), self.share) for name in self.names}
        self.masks = {name: one["mask"] for name, one in chosen.items()}
        self.selections.append({"step": step, "cycle": cycle_of(step, self.us), "matrices": chosen})

    def gradients(self, step):
        if self.stage(step) == 1:
            for name in self.names:
                squared = self.weights[name].grad ** 2
                self.gam[name] = squared if self.opens_stage(step) else self.gam[name] + squared
            return
        if self.opens_stage(step):
            self.choose(step)
        for name in self.names:
            self.weights[name].grad *= self.masks[name]

    def before_update(self, step):
        return self.masks if self.strict and self.stage(step) == 2 else {}


class DpsMix(DpsDense):
    """Mixout towards W(0) by columns in stage I; towards W' outside the chosen mask in stage II."""

    def __init__(self, weights, recipe, values, draw):
        super().__init__(weights, recipe, {**values, "frozenWeights": "masked-gradient"})
        self.exact = values["mixGradientScale"] == "exact"
        self.draw = draw
        self.target = {name: weights[name].detach().clone() for name in self.names}
        self.start = self.target
        self.fam = {}
        self.kept = {}

    def score(self, name):
        return mix_score(self.gam[name], self.fam[name], self.us)

    def forward_weights(self, step):
        if self.stage(step) == 1:
            self.target = self.start
            self.kept = {name: self.draw(step, f"mixout/{name}", self.weights[name].shape[1]) for name in self.names}
        elif self.opens_stage(step):
            self.choose(step)
            self.target = {name: self.weights[name].detach().clone() for name in self.names}
            self.kept = {name: mask.to(self.weights[name].dtype) for name, mask in self.masks.items()}
        return {name: self.mixed(name) for name in self.names}

    def mixed(self, name):
        weight, target, kept = self.weights[name].detach(), self.target[name], self.kept[name]
        return (kept * weight + (1 - kept) * target - self.share * target) / (1 - self.share)

    def gradients(self, step):
        for name in self.names:
            grad = self.weights[name].grad
            grad *= self.kept[name] / (1 - self.share) if self.exact else self.kept[name]
            if self.stage(step) == 1:
                fresh = self.opens_stage(step)
                self.gam[name] = grad**2 if fresh else self.gam[name] + grad**2
                self.fam[name] = self.kept[name].clone() if fresh else self.fam[name] + self.kept[name]


class Mixout(Vanilla):
    """Columns swapped for those of W(0), anew in every step."""

    def __init__(self, weights, values, draw):
        super().__init__(weights)
        self.share = values["mixShare"]
        self.exact = values["mixGradientScale"] == "exact"
        self.draw = draw
        self.names = [name for name in weights if is_selectable(name)]
        self.start = {name: weights[name].detach().clone() for name in self.names}
        self.kept = {}

    def forward_weights(self, step):
        self.kept = {name: self.draw(step, f"mixout/{name}", self.weights[name].shape[1]) for name in self.names}
        return {name: self.mixed(name) for name in self.names}

    def mixed(self, name):
        weight, start, kept = self.weights[name].detach(), self.start[name], self.kept[name]
        return (kept * weight + (1 - kept) * start - self.share * start) / (1 - self.share)

    def gradients(self, step):
        for name in self.names:
            self.weights[name].grad *= self.kept[name] / (1 - self.share) if self.exact else self.kept[name]


class ChildTuningD(Vanilla):
    """The share of the encoder with the largest Fisher information, by one percentile over all of it."""

    def __init__(self, weights, recipe, values):
        super().__init__(weights)
        self.share = values["childShare"]
        self.bound = recipe["clip"]
        self.names = [name for name in weights if ".layer." in name]
        self.masks = {}

    def prepare(self, model, batches):
        fisher = {name: torch.zeros_like(self.weights[name]) for name in self.names}
        for batch in batches:
            model.zero_grad()
            model.loss(batch).backward()
            for name in self.names:
                torch.nn.utils.clip_grad_norm_(self.weights[name], self.bound)
                fisher[name] += self.weights[name].grad ** 2 / len(batches)
        ascending = torch.cat([one.flatten() for one in fisher.values()]).detach().sort().values
        percentile = numpy.percentile(ascending.numpy(), (1 - self.share) * 100)
        self.masks = {name: one.detach() >= percentile for name, one in fisher.items()}
        kept = sum(int(mask.sum()) for mask in self.masks.values())
        below, threshold = float(ascending[-kept - 1]), float(ascending[-kept])
        shared = {"threshold": threshold, "margin": (threshold - below) / threshold, "rank": kept}
        matrices = {
            name: {"mask": mask, "size": mask.numel(), "kept": int(mask.sum()), **shared}
            for name, mask in self.masks.items()
        }
        self.selections.append({"step": 1, "cycle": 0, "matrices": matrices})

    def shown(self, name, gradient, step):
        return gradient * self.masks[name] if name in self.masks else gradient

    def clipped(self, step):
        for name, mask in self.masks.items():
            self.weights[name].grad *= mask


class ChildTuningF(Vanilla):
    """A fresh random part of the clipped gradient, scaled up."""

    def __init__(self, weights, values, seed):
        super().__init__(weights, seed)
        self.share = values["drawnShare"]

    def mask(self, name, step):
        kept = draw_keep(self.seed, f"child/{name}", step, numpy.arange(self.weights[name].numel()), self.share)
        return torch.from_numpy(kept).view(self.weights[name].shape) / self.share

    def shown(self, name, gradient, step):
        return gradient * self.mask(name, step)

    def clipped(self, step):
        for name, weight in self.weights.items():
            weight.grad *= self.mask(name, step)


def symmetric_kl(first, second):
    """KL in both directions, summed; mean over the batch."""
    p, q = first.log_softmax(dim=1), second.log_softmax(dim=1)
    return ((p.exp() - q.exp()) * (p - q)).sum(dim=1).mean()


class TwoPasses(Vanilla):
    """A second forward with draws of its own."""

    def drop_of(self, batch, step, second):
        seed = draw_bits(self.seed, "second pass", 0, 0) if second else self.seed
        return Dropout(seed, self.dropout, step, batch)


def divergence(first, second, batch):
    """KL in both directions: of the classes, mean over rows; of every label's yes or no, mean over rows and labels."""
    if not several_labels(batch):
        return symmetric_kl(first, second)
    one, other = (torch.distributions.Bernoulli(logits=logits) for logits in (first, second))
    return (torch.distributions.kl_divergence(one, other) + torch.distributions.kl_divergence(other, one)).mean()


class RDrop(TwoPasses):
    """Two dropout passes that must agree."""

    def __init__(self, weights, values, seed, dropout):
        super().__init__(weights, seed, dropout)
        self.weight = values["consistencyWeight"]

    def loss(self, model, batch, step):
        first, second = (model(batch, self.drop_of(batch, step, one)) for one in (False, True))
        if first.shape[1] == 1:
            apart = ((first - second) ** 2).mean()
        else:
            apart = divergence(first, second, batch) / 2
        return (task_loss(first, batch) + task_loss(second, batch)) / 2 + self.weight * apart


class R3f(TwoPasses):
    """A second pass with noise on the word embeddings, which it gives no gradient."""

    def __init__(self, weights, values, seed, dropout):
        super().__init__(weights, seed, dropout)
        self.values = values

    def loss(self, model, batch, step):
        drop = self.drop_of(batch, step, True)
        draw = draw_normal if self.values["noiseKind"] == "normal" else lambda *key: 2 * draw_uniform(*key) - 1

        def noised(words):
            places = drop.tokens[:, :, None] * words.shape[2] + numpy.arange(words.shape[2])
            noise = torch.from_numpy(draw(drop.seed, "embeddings noise", step, places)).to(words.dtype)
            return words.detach() + self.values["noiseScale"] * noise

        first = model(batch, self.drop_of(batch, step, False))
        second = model(batch, drop, noised)
        return task_loss(first, batch) + self.values["divergenceWeight"] * divergence(first, second, batch)


class ReInit(Vanilla):
    """Pooler and the top layers start anew: Linear weights N(0, 0.02²), biases 0, LayerNorm 1 and 0."""

    def __init__(self, weights, values, seed):
        super().__init__(weights, seed)
        layer_count = 1 + max(int(name.split(".layer.")[1].split(".")[0]) for name in weights if ".layer." in name)
        top = [f".layer.{layer}." for layer in range(layer_count - values["topLayers"], layer_count)]
        parts = top + ([".pooler."] if values["reinitPooler"] else [])
        for name, weight in weights.items():
            if any(part in name for part in parts):
                weight.data = self.fresh(name, weight)

    def fresh(self, name, weight):
        if name.endswith(".bias"):
            return torch.zeros_like(weight)
        if "LayerNorm" in name:
            return torch.ones_like(weight)
        drawn = 0.02 * draw_normal(self.seed, f"init {name}", 0, numpy.arange(weight.numel()))
        return torch.from_numpy(drawn.astype("f4")).to(weight.dtype).view(weight.shape)


def start_method(method, weights, recipe, draw, seed, dropout):
    """method: {id, values}; draw(step, label, columns) gives a vector of 0 and 1."""
    if method["id"] == "vanilla":
        return Vanilla(weights, seed, dropout)
    if method["id"] == "mixout":
        return Mixout(weights, method["values"], draw)
    if method["id"] == "child-tuning-d":
        return ChildTuningD(weights, recipe, method["values"])
    if method["id"] == "child-tuning-f":
        return ChildTuningF(weights, method["values"], seed)
    if method["id"] == "r-drop":
        return RDrop(weights, method["values"], seed, dropout)
    if method["id"] == "r3f":
        return R3f(weights, method["values"], seed, dropout)
    if method["id"] == "re-init":
        return ReInit(weights, method["values"], seed)
    if method["id"] == "dps-dense":
        return DpsDense(weights, recipe, method["values"])
    if method["id"] == "dps-mix":
        return DpsMix(weights, recipe, method["values"], draw)
    raise ValueError(method["id"])


def train(model, batches, recipe, method, draw=None, seed=0, dropout=0.0):
    """Runs one step a batch. Returns steps, the raw gradients of step 1, and the selections; the model is changed."""
    weights = {name: weight for name, weight in model.named_parameters() if weight.requires_grad}
    run = start_method(method, weights, recipe, draw, seed, dropout)
    run.prepare(model, batches)
    optimizer = adamw(weights, recipe)
    steps, first_gradients = [], {}
    for step, batch in enumerate(batches, start=1):
        optimizer.zero_grad()
        replaced = run.forward_weights(step)
        raw = {name: weights[name].data for name in replaced}
        for name, value in replaced.items():
            weights[name].data = value
        loss = run.loss(model, batch, step)
        loss.backward()
        for name, value in raw.items():
            weights[name].data = value
        if step == 1:
            first_gradients = {name: run.shown(name, weight.grad.clone(), step) for name, weight in weights.items()}
        run.gradients(step)
        norm = clip(weights, recipe["clip"])
        run.clipped(step)
        learning_rate = schedule(step, recipe)
        update(optimizer, weights, run.before_update(step), learning_rate)
        steps.append({
            "step": step,
            "loss": loss.item(),
            "gradNorm": norm,
            "learningRate": learning_rate,
            "stage": run.stage(step),
            "tokens": len(batch["ids"]),
        })
    return {"steps": steps, "gradients": first_gradients, "selections": run.selections}
