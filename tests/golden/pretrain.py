"""Writes the golden pre-training run beside this file: python3 tests/golden/pretrain.py, with PyTorch and NumPy.

Masked words with the next sentence. Masks are data. As in make.py the run is made in float64, and several times in
float32 with the sequences in another order.
"""

import json

import numpy
import torch
from torch import nn

from bert import Bert, padded
from make import float32_runs, here, tensor_entry
from methods import train

torch.set_num_threads(1)

config = {
    "model_type": "bert",
    "vocab_size": 40,
    "hidden_size": 16,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 32,
    "hidden_act": "gelu",
    "max_position_embeddings": 24,
    "type_vocab_size": 2,
    "layer_norm_eps": 1e-3,
    "pad_token_id": 0,
    "hidden_dropout_prob": 0.0,
    "attention_probs_dropout_prob": 0.0,
    "initializer_range": 0.02,
    "position_embedding_type": "absolute",
}
recipe = {
    "learningRate": 2e-3,
    "weightDecay": 0.01,
    "beta1": 0.9,
    "beta2": 0.98,
    "eps": 1e-6,
    "warmupRatio": 0.2,
    "clip": 1.0,
    "maxSteps": 5,
}
mask_id, first_word, seed = 4, 5, 7


class Named(nn.Module):
    """Modules under the names that the checkpoint gives them."""

    def __init__(self, **parts):
        super().__init__()
        for name, part in parts.items():
            setattr(self, name, part)


class Predictions(nn.Module):
    """Dense, GELU, LayerNorm, and the word table with a bias of its own."""

    def __init__(self):
        super().__init__()
        hidden = config["hidden_size"]
        self.bias = nn.Parameter(torch.zeros(config["vocab_size"]))
        self.transform = Named(
            dense=nn.Linear(hidden, hidden), LayerNorm=nn.LayerNorm(hidden, eps=config["layer_norm_eps"])
        )

    def forward(self, x, table):
        x = self.transform.LayerNorm(nn.functional.gelu(self.transform.dense(x)))
        return x @ table.T + self.bias


class Pretraining(nn.Module):
    def __init__(self):
        super().__init__()
        self.bert = Bert(config)
        self.cls = Named(predictions=Predictions(), seq_relationship=nn.Linear(config["hidden_size"], 2))
        self.parts = []

    def hidden(self, batch):
        """Hidden states of the tokens, packed again."""
        ids, types, present = padded(batch)
        x = self.bert.embeddings(ids, types)
        mask = (1 - present.to(x.dtype))[:, None, None, :] * torch.finfo(x.dtype).min
        return self.bert.encoder(x, mask)[present.bool()]

    def loss(self, batch):
        hidden, table = self.hidden(batch), self.bert.embeddings.word_embeddings.weight
        logits = self.cls.predictions(hidden[torch.tensor(batch["chosen"])], table)
        words = nn.functional.cross_entropy(logits, torch.tensor(batch["originals"]))
        pooled = self.bert.pooler(hidden[torch.tensor(batch["offsets"][:-1])])
        next_sentence = nn.functional.cross_entropy(self.cls.seq_relationship(pooled), torch.tensor(batch["labels"]))
        self.parts.append({"words": words.item(), "next": next_sentence.item()})
        return words + next_sentence


def make_batch(random, lengths):
    """Pairs with some words chosen: most masked, some replaced at random, some kept."""
    batch = {"ids": [], "types": [], "offsets": [0], "labels": [], "chosen": [], "originals": []}
    for length in lengths:
        ids = [2, *random.integers(first_word, config["vocab_size"], length - 2).tolist(), 3]
        middle = int(random.integers(2, length - 2))
        ids[middle] = 3
        start = len(batch["ids"])
        words = [place for place in range(1, length - 1) if place != middle]
        for place in sorted(random.choice(words, max(1, round(0.25 * len(words))), replace=False).tolist()):
            batch["chosen"].append(start + place)
            batch["originals"].append(ids[place])
            fate = random.random()
            if fate < 0.7:
                ids[place] = mask_id
            elif fate < 0.85:
                ids[place] = int(random.integers(first_word, config["vocab_size"]))
        batch["ids"] += ids
        batch["types"] += [0] * (middle + 1) + [1] * (length - middle - 1)
        batch["offsets"].append(len(batch["ids"]))
        batch["labels"].append(int(random.integers(2)))
    return batch


def reordered(batch, shift):
    """The same sequences in a batch, turned by `shift` places."""
    count = len(batch["labels"])
    result = {key: [] for key in ("ids", "types", "labels", "chosen", "originals")}
    result["offsets"] = [0]
    for place in range(count):
        index = (place + shift) % count
        start, end = batch["offsets"][index : index + 2]
        move = len(result["ids"]) - start
        for row, chosen in enumerate(batch["chosen"]):
            if start <= chosen < end:
                result["chosen"].append(chosen + move)
                result["originals"].append(batch["originals"][row])
        result["ids"] += batch["ids"][start:end]
        result["types"] += batch["types"][start:end]
        result["offsets"].append(len(result["ids"]))
        result["labels"].append(batch["labels"][index])
    return result


def initial_weights(random):
    weights = {}
    for name, parameter in Pretraining().named_parameters():
        noise = random.standard_normal(tuple(parameter.shape))
        if name.endswith("LayerNorm.weight"):
            value = 1 + 0.1 * noise
        elif name.endswith(".bias"):
            value = 0.1 * noise
        else:
            value = (0.5 if "embeddings" in name else 0.25) * noise
        weights[name] = torch.from_numpy(value.astype("f4"))
    return weights


def run(initial, batches, dtype, shift=0):
    model = Pretraining().to(dtype)
    model.load_state_dict({name: value.to(dtype) for name, value in initial.items()}, strict=True)
    turned = [reordered(batch, shift) for batch in batches]
    result = train(model, turned, recipe, {"id": "vanilla", "values": {}})
    steps = [{**step, **parts} for step, parts in zip(result["steps"], model.parts)]
    return {**result, "steps": steps, "final": dict(model.named_parameters())}


def make_fixture():
    random = numpy.random.default_rng(0)
    initial = initial_weights(random)
    batches = [make_batch(random, random.integers(5, 20, 6).tolist()) for _ in range(recipe["maxSteps"])]
    exact = run(initial, batches, torch.float64)
    runs = [run(initial, batches, torch.float32, k) for k in range(float32_runs)]
    keys = ["words", "next", "gradNorm"]
    named = lambda part: {
        key: tensor_entry(value, [one[part][key] for one in runs]) for key, value in exact[part].items()
    }
    return {
        "source": "tests/golden/pretrain.py",
        "seed": seed,
        "config": config,
        "recipe": recipe,
        "batches": batches,
        "steps": [{key: step[key] for key in ("step", "learningRate", *keys)} for step in exact["steps"]],
        "deviation": {
            key: max(abs(a[key] - b[key]) for one in runs for a, b in zip(exact["steps"], one["steps"])) for key in keys
        },
        "initial": {key: tensor_entry(value) for key, value in initial.items()},
        "gradients": named("gradients"),
        "final": named("final"),
    }


if __name__ == "__main__":
    path = here / "pretrain.json"
    path.write_text(json.dumps(make_fixture(), indent=1, allow_nan=False) + "\n")
    print(f"{path.name}: {path.stat().st_size / 1024:.0f} KiB")
