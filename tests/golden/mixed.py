"""Mixed precision in plain PyTorch: ten steps of vanilla fine-tuning whose layers round to f16 where the engine does.

python3 tests/golden/mixed.py, with PyTorch and NumPy; writes mixed.json beside this file.

What a layer keeps, its gradient and the weights it multiplies with are rounded to f16; sums are float32, and so is all that
stands outside the layers. The loss is scaled by PyTorch's own GradScaler. The runs start from the weights and batches of
vanilla.json; in `overflow` the classifier is a hundred times as large, so that the first gradients do not fit f16. `distance` is how far, over all
weights together, the result lies from that of a float64 run without rounding that skips the same steps; so the gradients of
the first step, where it is made.
"""

import base64
import json
import math
import pathlib

import numpy
import torch

from bert import BertForSequenceClassification, padded, task_loss
from make import encode
from training import adamw, clip, schedule

torch.set_num_threads(1)

here = pathlib.Path(__file__).parent
# So that Adam's steps grow with the gradients: where it divides them by their own size, one that is rounding alone takes a
# step as long as any.
clip_bound = 1e-6
cases = {"plain": 1.0, "overflow": 100.0}


class Rounded(torch.autograd.Function):
    """To the nearest f16 on the way forward where `there`, and the gradient where `back`."""

    @staticmethod
    def forward(context, x, there, back):
        context.back = back
        return x.half().to(x.dtype) if there else x.clone()

    @staticmethod
    def backward(context, gradient):
        return gradient.half().to(gradient.dtype) if context.back else gradient, None, None


class Attention(torch.autograd.Function):
    """softmax(scale q kᵀ + mask) v, kept as f16 where `half`; the gradient of the softmax is taken with what was kept."""

    @staticmethod
    def forward(context, query, key, value, mask, half):
        scale = 1 / math.sqrt(query.shape[-1])
        shares = (scale * (query @ key.transpose(-1, -2)) + mask).softmax(dim=-1)
        out = shares @ value
        out = out.half().to(out.dtype) if half else out
        context.scale = scale
        context.save_for_backward(query, key, value, shares, out)
        return out

    @staticmethod
    def backward(context, gradient):
        query, key, value, shares, out = context.saved_tensors
        delta = (gradient * out).sum(dim=-1, keepdim=True)
        scores = context.scale * shares * (gradient @ value.transpose(-1, -2) - delta)
        return scores @ key, scores.transpose(-1, -2) @ query, shares.transpose(-1, -2) @ gradient, None, None


class MixedBert:
    """The forward of a BertForSequenceClassification; `half`: whether it rounds."""

    def __init__(self, model, half):
        self.model, self.half = model, half

    def kept(self, x):
        """What is kept, and whose gradient is."""
        return Rounded.apply(x, self.half, self.half)

    def dense(self, linear, x):
        weight = Rounded.apply(linear.weight, self.half, False)
        return self.kept(torch.nn.functional.linear(x, weight, linear.bias))

    def normed(self, part, x, residual):
        return self.kept(part.LayerNorm(self.kept(self.dense(part.dense, x) + residual)))

    def layer(self, layer, x, mask):
        own = layer.attention.self
        batch, length, hidden = x.shape
        split = lambda y: y.view(batch, length, own.heads, hidden // own.heads).transpose(1, 2)
        # Their gradients are added to that of the residual one after another, and each sum is kept.
        for_value = Rounded.apply(x, False, self.half)
        for_key = Rounded.apply(for_value, False, self.half)
        x = Rounded.apply(for_key, False, self.half)
        query = split(self.dense(own.query, x))
        key = split(self.dense(own.key, for_key))
        value = split(self.dense(own.value, for_value))
        context = Attention.apply(query, key, value, mask, self.half).transpose(1, 2).reshape(batch, length, hidden)
        context = Rounded.apply(context, False, self.half)
        attended = self.normed(layer.attention.output, context, x)
        inner = layer.intermediate.activation(self.dense(layer.intermediate.dense, attended))
        # Its gradient goes through the activation before it is kept.
        inner = Rounded.apply(inner, self.half, False)
        return self.normed(layer.output, inner, attended)

    def loss(self, batch):
        ids, types, present = padded(batch)
        bert = self.model.bert
        x = self.kept(bert.embeddings(ids, types))
        mask = (1 - present.to(x.dtype))[:, None, None, :] * torch.finfo(x.dtype).min
        for layer in bert.encoder.layer:
            x = self.layer(layer, x, mask)
        return task_loss(self.model.classifier(bert.pooler(x[:, 0])), batch)


def train(golden, initial, half, skipped=None):
    """skipped: the steps that are skipped, where no scaler says."""
    dtype = torch.float32 if half else torch.float64
    model = BertForSequenceClassification(golden["config"], golden["labelCount"]).to(dtype)
    model.load_state_dict({name: value.to(dtype) for name, value in initial.items()}, strict=True)
    weights = dict(model.named_parameters())
    recipe = golden["recipe"]
    optimizer = adamw(weights, recipe)
    scaler = torch.amp.GradScaler("cpu", enabled=half)
    mixed = MixedBert(model, half)
    steps, first = [], {}
    for step, batch in enumerate(golden["batches"], start=1):
        optimizer.zero_grad()
        for group in optimizer.param_groups:
            group["lr"] = schedule(step, recipe) * group["factor"]
        loss = mixed.loss(batch)
        scale = scaler.get_scale()
        scaler.scale(loss).backward()
        scaler.unscale_(optimizer)
        if step == 1:
            first = {name: weight.grad.double().clone() for name, weight in weights.items()}
        norm = clip(weights, clip_bound)
        if skipped is None or step not in skipped:
            scaler.step(optimizer)
        scaler.update()
        over = scaler.get_scale() < scale
        steps.append({"step": step, "loss": loss.item(), "gradNorm": 0.0 if over else norm, "scale": scale, "skipped": over})
    return steps, first, {name: weight.detach().double() for name, weight in weights.items()}


def read(entry):
    values = numpy.frombuffer(base64.b64decode(entry["data"]), dtype="<f4").reshape(entry["shape"])
    return torch.from_numpy(values.copy())


def run(golden, factor):
    initial = {name: read(entry) for name, entry in golden["initial"].items()}
    initial["classifier.weight"] *= factor
    steps, first, final = train(golden, initial, True)
    exact_steps, exact_first, exact = train(golden, initial, False, {one["step"] for one in steps if one["skipped"]})
    # What has no gradient but rounding goes where rounding leads.
    compared = [name for name in final if name not in golden["zeroGradients"]]
    apart = lambda one, other: math.sqrt(sum(float(((one[name] - other[name]) ** 2).sum()) for name in compared))
    fits = not steps[0]["skipped"]
    return {
        "classifierFactor": factor,
        "steps": steps,
        "lossDistance": max(abs(a["loss"] - b["loss"]) for a, b in zip(steps, exact_steps)),
        "gradientDistance": apart(first, exact_first) if fits else 0,
        "distance": apart(final, exact),
        "gradients": {name: entry(value) for name, value in first.items() if fits},
        "final": {name: entry(value) for name, value in final.items()},
    }


def entry(value):
    return {"shape": list(value.shape), "data": encode(value.numpy(), "<f4")}


if __name__ == "__main__":
    golden = json.loads((here / "vanilla.json").read_text())
    fixture = {"source": "tests/golden/mixed.py", "clip": clip_bound, "cases": {name: run(golden, factor) for name, factor in cases.items()}}
    (here / "mixed.json").write_text(json.dumps(fixture, indent=1, allow_nan=False) + "\n")
    for name, case in fixture["cases"].items():
        shown = [(round(one["loss"], 5), round(one["gradNorm"], 4), one["scale"], one["skipped"]) for one in case["steps"]]
        print(name, case["gradientDistance"], case["distance"], case["lossDistance"], shown)
