"""Writes the golden pre-training runs beside this file: python3 tests/golden/pretrain.py, with PyTorch and NumPy.

Masked words with the next sentence (pretrain-mlm.json), and replaced words with both (pretrain-rtd.json). Masks are
data; the generator's draws come from the same counter-based generator as the engine's. As in make.py every run is made
in float64, and several times in float32 with the sequences in another order.
"""

import json

import numpy
import torch
from torch import nn

from bert import Bert, Dense, Encoder, padded
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
mask_id, first_word, seed, replaced_weight = 4, 5, 7, 50.0
seeds_tried = 12


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
    def __init__(self, objective):
        super().__init__()
        hidden = config["hidden_size"]
        self.bert = Bert(config)
        # A generator may draw [PAD], and then its row learns like any other.
        self.bert.embeddings.word_embeddings.padding_idx = None
        self.cls = Named(predictions=Predictions(), seq_relationship=nn.Linear(hidden, 2))
        self.objective, self.step, self.parts, self.margin = objective, 0, [], float("inf")
        if objective == "rtd":
            self.generator = Named(encoder=Encoder({**config, "num_hidden_layers": 1}))
            dense = Dense(hidden, hidden, nn.functional.gelu)
            dense.dense_prediction = nn.Linear(hidden, 1)
            self.discriminator_predictions = dense

    def hidden(self, encoder, batch, ids):
        """Hidden states of the tokens, packed again."""
        ids, types, present = padded({**batch, "ids": ids})
        x = self.bert.embeddings(ids, types)
        mask = (1 - present.to(x.dtype))[:, None, None, :] * torch.finfo(x.dtype).min
        return encoder(x, mask)[present.bool()]

    def loss(self, batch):
        self.step += 1
        chosen, originals = torch.tensor(batch["chosen"]), torch.tensor(batch["originals"])
        maker = self.bert.encoder if self.objective == "mlm" else self.generator.encoder
        made = self.hidden(maker, batch, batch["ids"])
        table = self.bert.embeddings.word_embeddings.weight
        logits = self.cls.predictions(made[chosen], table)
        words = nn.functional.cross_entropy(logits, originals)
        own, replaced = made, None
        if self.objective == "rtd":
            ids = torch.tensor(batch["ids"])
            ids[chosen] = self.draw(logits.detach(), batch["drawRows"])
            labels = torch.zeros(len(ids), dtype=logits.dtype)
            labels[chosen] = (ids[chosen] != originals).to(logits.dtype)
            own = self.hidden(self.bert.encoder, batch, ids.tolist())
            head = self.discriminator_predictions
            replaced = nn.functional.binary_cross_entropy_with_logits(head.dense_prediction(head(own)).squeeze(1), labels)
        pooled = self.bert.pooler(own[torch.tensor(batch["offsets"][:-1])])
        next_sentence = nn.functional.cross_entropy(self.cls.seq_relationship(pooled), torch.tensor(batch["labels"]))
        self.parts.append({
            "words": words.item(),
            "next": next_sentence.item(),
            **({} if replaced is None else {"replaced": replaced.item()}),
        })
        total = words + next_sentence
        return total if replaced is None else total + replaced_weight * replaced

    def draw(self, logits, rows):
        """The Gumbel-max draw of sample_tokens; remembers how clear the closest one was."""
        vocabulary = logits.shape[1]
        elements = numpy.array(rows, dtype=numpy.uint32)[:, None] * vocabulary + numpy.arange(vocabulary, dtype=numpy.uint32)
        bits = threefry(seed, label_hash("replaced tokens"), elements, self.step)
        uniform = ((bits >> 9).astype("f8") + 0.5) * 2.0**-23
        keys = logits.double().numpy() - numpy.log(-numpy.log1p(-uniform))
        top = numpy.sort(keys, axis=1)
        self.margin = min(self.margin, float((top[:, -1] - top[:, -2]).min()))
        return torch.from_numpy(keys.argmax(axis=1))


def label_hash(label):
    """FNV-1a."""
    value = 0x811C9DC5
    for character in label:
        value = ((value ^ ord(character)) * 0x01000193) & 0xFFFFFFFF
    return value


def threefry(key0, key1, counter0, counter1):
    """First word of Threefry-2x32 with 20 rounds for an array of counters. Source: Salmon et al. 2011."""
    keys = [numpy.uint32(key) for key in (key0, key1, 0x1BD11BDA ^ key0 ^ key1)]
    with numpy.errstate(over="ignore"):
        x = counter0 + keys[0]
        y = numpy.full_like(counter0, counter1) + keys[1]
        for turn in range(20):
            shift = numpy.uint32((13, 15, 26, 6, 17, 29, 16, 24)[turn % 8])
            x = x + y
            y = ((y << shift) | (y >> (numpy.uint32(32) - shift))) ^ x
            if turn % 4 == 3:
                group = (turn + 1) // 4
                x = x + keys[group % 3]
                y = y + keys[(group + 1) % 3] + numpy.uint32(group)
    return x


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
    return {**batch, "drawRows": list(range(len(batch["chosen"])))}


def reordered(batch, shift):
    """The same sequences in a batch, turned by `shift` places; a draw stays with its word."""
    count = len(batch["labels"])
    result = {key: [] for key in ("ids", "types", "labels", "chosen", "originals", "drawRows")}
    result["offsets"] = [0]
    for place in range(count):
        index = (place + shift) % count
        start, end = batch["offsets"][index : index + 2]
        move = len(result["ids"]) - start
        for row, chosen in enumerate(batch["chosen"]):
            if start <= chosen < end:
                result["chosen"].append(chosen + move)
                result["originals"].append(batch["originals"][row])
                result["drawRows"].append(batch["drawRows"][row])
        result["ids"] += batch["ids"][start:end]
        result["types"] += batch["types"][start:end]
        result["offsets"].append(len(result["ids"]))
        result["labels"].append(batch["labels"][index])
    return result


def initial_weights(random, objective):
    weights = {}
    for name, parameter in Pretraining(objective).named_parameters():
        noise = random.standard_normal(tuple(parameter.shape))
        if name.endswith("LayerNorm.weight"):
            value = 1 + 0.1 * noise
        elif name.endswith(".bias"):
            value = 0.1 * noise
        else:
            value = (0.5 if "embeddings" in name else 0.25) * noise
        weights[name] = torch.from_numpy(value.astype("f4"))
    return weights


def run(objective, initial, batches, dtype, shift=0):
    model = Pretraining(objective).to(dtype)
    model.load_state_dict({name: value.to(dtype) for name, value in initial.items()}, strict=True)
    turned = [reordered(batch, shift) for batch in batches]
    result = train(model, turned, recipe, {"id": "vanilla", "values": {}})
    steps = [{**step, **parts} for step, parts in zip(result["steps"], model.parts)]
    return {**result, "steps": steps, "final": dict(model.named_parameters()), "margin": model.margin}


def prepare(objective, number):
    random = numpy.random.default_rng(number)
    initial = initial_weights(random, objective)
    batches = [make_batch(random, random.integers(5, 20, 6).tolist()) for _ in range(recipe["maxSteps"])]
    return {"initial": initial, "batches": batches, "result": run(objective, initial, batches, torch.float64)}


def make_fixture(objective):
    seeds = range(seeds_tried if objective == "rtd" else 1)
    best = max((prepare(objective, number) for number in seeds), key=lambda one: one["result"]["margin"])
    exact = best["result"]
    runs = [run(objective, best["initial"], best["batches"], torch.float32, k) for k in range(float32_runs)]
    keys = ["words", "next", "gradNorm", *(["replaced"] if objective == "rtd" else [])]
    named = lambda part: {
        key: tensor_entry(value, [one[part][key] for one in runs]) for key, value in exact[part].items()
    }
    return {
        "source": "tests/golden/pretrain.py",
        "objective": objective,
        "seed": seed,
        "margin": exact["margin"] if objective == "rtd" else None,
        "config": config,
        "recipe": recipe,
        "batches": best["batches"],
        "steps": [{key: step[key] for key in ("step", "learningRate", *keys)} for step in exact["steps"]],
        "deviation": {
            key: max(abs(a[key] - b[key]) for one in runs for a, b in zip(exact["steps"], one["steps"])) for key in keys
        },
        "initial": {key: tensor_entry(value) for key, value in best["initial"].items()},
        "gradients": named("gradients"),
        "final": named("final"),
    }


if __name__ == "__main__":
    for name in ("mlm", "rtd"):
        fixture = make_fixture(name)
        path = here / f"pretrain-{name}.json"
        path.write_text(json.dumps(fixture, indent=1, allow_nan=False) + "\n")
        print(f"{path.name}: {path.stat().st_size / 1024:.0f} KiB, margin {fixture['margin']}")
