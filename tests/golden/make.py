"""Writes the golden fixtures beside this file: python3 tests/golden/make.py [NAME ...], with PyTorch and NumPy.

Once, for this and the other scripts here, at the versions that wrote the fixtures:
python3 -m venv .venv && .venv/bin/pip install -r tests/golden/requirements.txt && . .venv/bin/activate

Every run is made in float64 and several times in float32, each time with the sequences of a batch in another order,
which changes nothing but rounding. The float64 numbers are the reference; `deviation` says how far PyTorch's own
float32 runs came out, per tensor, as the largest absolute difference. Of several seeds the one is taken whose
selections are clearest (largest margin at the threshold), so that rounding cannot change a mask.
"""

import base64
import json
import pathlib
import sys

import numpy
import torch
from sklearn.utils.class_weight import compute_class_weight

from bert import BertForSequenceClassification
from distilbert import DistilBertForSequenceClassification
from families import FamilyForSequenceClassification
from methods import mix_score, select, train
from training import is_embedding, is_norm, linear_head

torch.set_num_threads(1)

here = pathlib.Path(__file__).parent

config = {
    "model_type": "bert",
    "vocab_size": 64,
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 64,
    "hidden_act": "gelu",
    "max_position_embeddings": 48,
    "type_vocab_size": 2,
    # Large enough that a kernel which ignores it fails.
    "layer_norm_eps": 1e-3,
    "pad_token_id": 0,
    "hidden_dropout_prob": 0.0,
    "attention_probs_dropout_prob": 0.0,
    "initializer_range": 0.02,
    "position_embedding_type": "absolute",
}

distilbert_config = {
    "vocab_size": 64,
    "dim": 32,
    "n_layers": 2,
    "n_heads": 2,
    "hidden_dim": 64,
    "activation": "gelu",
    "max_position_embeddings": 48,
    "pad_token_id": 0,
    "dropout": 0.0,
    "attention_dropout": 0.0,
    "seq_classif_dropout": 0.0,
    "initializer_range": 0.02,
}

# Smaller than the others: what they share with BERT is tested there.
small = {
    **{key: config[key] for key in ("vocab_size", "num_hidden_layers", "num_attention_heads", "hidden_act")},
    **{key: config[key] for key in ("hidden_dropout_prob", "attention_probs_dropout_prob", "initializer_range")},
    "hidden_size": 16,
    "intermediate_size": 24,
    "max_position_embeddings": 32,
    "layer_norm_eps": 1e-3,
}
family_configs = {
    "electra": {"model_type": "electra", **small, "embedding_size": 12, "type_vocab_size": 2, "pad_token_id": 0},
    "roberta": {"model_type": "roberta", **small, "type_vocab_size": 1, "pad_token_id": 1},
    "camembert": {"model_type": "camembert", **small, "type_vocab_size": 1, "pad_token_id": 1},
    # Distances are clamped, and stand beside positions and types.
    "deberta": {
        "model_type": "deberta",
        **small,
        "embedding_size": 12,
        "type_vocab_size": 2,
        "pad_token_id": 0,
        "relative_attention": True,
        "max_relative_positions": 8,
        "pos_att_type": "c2p|p2c",
        "pooler_hidden_act": "tanh",
        "pooler_dropout": 0.0,
    },
    # Distances are in buckets, and read by the words' own matrices.
    "debertav2": {
        "model_type": "deberta-v2",
        **small,
        "type_vocab_size": 0,
        "pad_token_id": 0,
        "position_biased_input": False,
        "relative_attention": True,
        "position_buckets": 8,
        "norm_rel_ebd": "layer_norm",
        "share_att_key": True,
        "pos_att_type": "p2c|c2p",
        "pooler_dropout": 0.0,
    },
    # Encoder and decoder differ in all that may differ.
    "bart": {
        "model_type": "bart",
        "vocab_size": 64,
        "d_model": 16,
        "encoder_layers": 1,
        "decoder_layers": 2,
        "encoder_attention_heads": 2,
        "decoder_attention_heads": 4,
        "encoder_ffn_dim": 24,
        "decoder_ffn_dim": 20,
        "max_position_embeddings": 32,
        "activation_function": "gelu",
        "scale_embedding": True,
        "dropout": 0.0,
        "attention_dropout": 0.0,
        "activation_dropout": 0.0,
        "classifier_dropout": 0.0,
        "init_std": 0.02,
        "pad_token_id": 1,
        "bos_token_id": 0,
        "eos_token_id": 3,
        "decoder_start_token_id": 2,
    },
}

recipe = {
    "learningRate": 5e-4,
    "weightDecay": 0.01,
    "beta1": 0.9,
    "beta2": 0.999,
    "eps": 1e-8,
    "warmupRatio": 0.1,
    "clip": 1.0,
    "maxSteps": 10,
}

dense = {"frozenShare": 0.3, "updateRatio": 0.2}
fixtures = {
    "vanilla": (3, {"id": "vanilla", "values": {}}),
    "vanilla-regression": (1, {"id": "vanilla", "values": {}}),
    "vanilla-class-weights": (3, {"id": "vanilla", "values": {}}),
    "vanilla-multi-label": (4, {"id": "vanilla", "values": {}}),
    "vanilla-multi-label-weights": (4, {"id": "vanilla", "values": {}}),
    "vanilla-dropout": (3, {"id": "vanilla", "values": {}}),
    "vanilla-layer-decay": (3, {"id": "vanilla", "values": {}}),
    "vanilla-adam-published": (3, {"id": "vanilla", "values": {}}),
    "vanilla-head-linear": (3, {"id": "vanilla", "values": {}}),
    "vanilla-gelu-new": (3, {"id": "vanilla", "values": {}}),
    "vanilla-silu": (3, {"id": "vanilla", "values": {}}),
    "dps-dense": (3, {"id": "dps-dense", "values": {**dense, "frozenWeights": "masked-gradient"}}),
    "dps-dense-strict": (3, {"id": "dps-dense", "values": {**dense, "frozenWeights": "strict"}}),
    "dps-mix": (3, {"id": "dps-mix", "values": {**dense, "mixGradientScale": "dropped"}}),
    "dps-mix-exact": (3, {"id": "dps-mix", "values": {**dense, "mixGradientScale": "exact"}}),
    "mixout": (3, {"id": "mixout", "values": {"mixShare": 0.3, "mixGradientScale": "dropped"}}),
    "mixout-exact": (3, {"id": "mixout", "values": {"mixShare": 0.3, "mixGradientScale": "exact"}}),
    "r-drop": (3, {"id": "r-drop", "values": {"consistencyWeight": 1}}),
    "r-drop-regression": (1, {"id": "r-drop", "values": {"consistencyWeight": 1}}),
    "r-drop-multi-label": (4, {"id": "r-drop", "values": {"consistencyWeight": 1}}),
    "r3f-multi-label": (4, {"id": "r3f", "values": {"noiseKind": "uniform", "noiseScale": 0.5, "divergenceWeight": 1}}),
    "r3f": (3, {"id": "r3f", "values": {"noiseKind": "uniform", "noiseScale": 0.5, "divergenceWeight": 1}}),
    "r3f-normal": (3, {"id": "r3f", "values": {"noiseKind": "normal", "noiseScale": 0.5, "divergenceWeight": 1}}),
    "child-tuning-d": (3, {"id": "child-tuning-d", "values": {"childShare": 0.3}}),
    "child-tuning-f": (3, {"id": "child-tuning-f", "values": {"drawnShare": 0.3}}),
    "re-init": (3, {"id": "re-init", "values": {"topLayers": 1, "reinitPooler": True}}),
    "distilbert-vanilla": (3, {"id": "vanilla", "values": {}}),
    "distilbert-sines": (1, {"id": "vanilla", "values": {}}),
    "distilbert-dps-dense": (3, {"id": "dps-dense", "values": {**dense, "frozenWeights": "masked-gradient"}}),
    "electra-vanilla": (3, {"id": "vanilla", "values": {}}),
    "electra-dps-dense": (3, {"id": "dps-dense", "values": {**dense, "frozenWeights": "masked-gradient"}}),
    "roberta-vanilla": (3, {"id": "vanilla", "values": {}}),
    "roberta-dps-dense": (3, {"id": "dps-dense", "values": {**dense, "frozenWeights": "masked-gradient"}}),
    "camembert-vanilla": (3, {"id": "vanilla", "values": {}}),
    "deberta-vanilla": (3, {"id": "vanilla", "values": {}}),
    "deberta-dps-dense": (3, {"id": "dps-dense", "values": {**dense, "frozenWeights": "masked-gradient"}}),
    "debertav2-vanilla": (3, {"id": "vanilla", "values": {}}),
    "debertav2-dps-dense": (3, {"id": "dps-dense", "values": {**dense, "frozenWeights": "masked-gradient"}}),
    "debertav2-dps-mix": (3, {"id": "dps-mix", "values": {**dense, "mixGradientScale": "exact"}}),
    "bart-vanilla": (3, {"id": "vanilla", "values": {}}),
    "bart-dps-dense": (3, {"id": "dps-dense", "values": {**dense, "frozenWeights": "masked-gradient"}}),
}
# What a fixture changes of BERT's or DistilBERT's config.json.
changes = {"vanilla-gelu-new": {"hidden_act": "gelu_new"}, "vanilla-silu": {"hidden_act": "silu"}}
distilbert_changes = {"distilbert-sines": {"sinusoidal_pos_embds": True}}
# DeBERTa v2 with matrices of its own for distances, and without the norm over their table.
family_changes = {"debertav2-vanilla": {"share_att_key": False, "norm_rel_ebd": "none", "embedding_size": 12}}
# What a fixture changes of the recipe, and its rate of dropout where there is any.
recipes = {
    "vanilla-layer-decay": {"layerDecay": 0.5},
    # Clipped until gradients are as small as epsilon: else its place would not show.
    "vanilla-adam-published": {"adamEpsilon": "published", "clip": 1e-5},
    "vanilla-head-linear": {"headStart": "linear"},
    "vanilla-class-weights": {"classWeights": "balanced"},
    "vanilla-multi-label-weights": {"classWeights": "balanced"},
    "distilbert-vanilla": {"maxSteps": 20, "layerDecay": 0.5},
    "distilbert-sines": {"maxSteps": 20},
    "distilbert-dps-dense": {"maxSteps": 20},
    "electra-vanilla": {"layerDecay": 0.5},
    "roberta-vanilla": {"layerDecay": 0.5},
    "bart-vanilla": {"layerDecay": 0.5},
    "deberta-vanilla": {"layerDecay": 0.5},
    "debertav2-vanilla": {"layerDecay": 0.5},
    "debertav2-dps-dense": {"layerDecay": 0.5},
}
dropouts = {"vanilla-dropout": 0.1, "r-drop": 0.1, "r-drop-regression": 0.1, "r-drop-multi-label": 0.1, "r3f": 0.1}
# Methods that choose weights.
selecting = ("dps", "child-tuning-d")
seeds_tried = 24
float32_runs = 8


def encode(array, kind):
    return base64.b64encode(numpy.ascontiguousarray(array, dtype=kind).tobytes()).decode("ascii")


def encode_bits(flags):
    """Flags as bits: element i is bit i % 8 of byte i // 8."""
    return base64.b64encode(numpy.packbits(numpy.asarray(flags, dtype=bool), bitorder="little").tobytes()).decode("ascii")


def tensor_entry(reference, rounded=()):
    """A tensor as float32 bytes; with `rounded`, the same of the float32 runs, also how far those are off."""
    reference = reference.detach().numpy().astype("<f8")
    entry = {"shape": list(reference.shape), "data": encode(reference, "<f4")}
    if rounded:
        entry["deviation"] = max(float(numpy.abs(one.detach().numpy() - reference).max()) for one in rounded)
    return entry


def reordered(batch, shift):
    """The same sequences in a batch, turned by `shift` places; places and rows say where they were."""
    count = len(batch["labels"])
    result = {"ids": [], "types": [], "offsets": [0], "labels": [], "places": [], "rows": []}
    for place in range(count):
        index = (place + shift) % count
        start, end = batch["offsets"][index : index + 2]
        result["places"] += range(start, end)
        result["rows"].append(index)
        result["ids"] += batch["ids"][start:end]
        result["types"] += batch["types"][start:end]
        result["offsets"].append(len(result["ids"]))
        result["labels"].append(batch["labels"][index])
    return result if "weights" not in batch else {**result, "weights": batch["weights"]}


def family_of(name):
    return name.split("-")[0]


def config_of(name):
    if family_of(name) in family_configs:
        return {**family_configs[family_of(name)], **family_changes.get(name, {})}
    if not name.startswith("distilbert"):
        return {**config, **changes.get(name, {})}
    return {"model_type": "distilbert", **distilbert_config, **distilbert_changes.get(name, {})}


def model_of(name):
    own, (label_count, _) = config_of(name), fixtures[name]
    if family_of(name) in family_configs:
        return FamilyForSequenceClassification(own, label_count)
    if own["model_type"] == "bert":
        return BertForSequenceClassification(own, label_count)
    return DistilBertForSequenceClassification({key: own[key] for key in own if key != "model_type"}, label_count)


def initial_weights(random, fixture):
    """Float32 values large enough that attention is not flat and no two parameters are alike; what stands still is kept."""
    weights = {}
    for name, parameter in model_of(fixture).named_parameters():
        if not parameter.requires_grad:
            weights[name] = parameter.clone()
            continue
        noise = random.standard_normal(tuple(parameter.shape))
        if is_norm(name) and name.endswith(".weight"):
            value = 1 + 0.1 * noise
        elif name.endswith(".bias"):
            value = 0.1 * noise
        else:
            value = (0.5 if is_embedding(name) else 0.2) * noise
        weights[name] = torch.from_numpy(value.astype("f4"))
    return weights


def kind_of(name):
    if "multi-label" in name:
        return "multi-label"
    return "regression" if fixtures[name][0] == 1 else "classification"


def make_label(random, name):
    """A score, or a class, or 0 or 1 of each label; for weights, of uneven shares."""
    label_count, _ = fixtures[name]
    if kind_of(name) == "multi-label":
        return [int(random.random() < (label + 1) / (label_count + 2)) for label in range(label_count)]
    regression = round(float(random.uniform(0, 5)), 1)
    if label_count == 1:
        return regression
    if "classWeights" in recipe_of(name):
        return int(label_count * random.random() ** 2)
    return int(random.integers(label_count))


def loss_weights(name, batches):
    """Balanced: scikit-learn's of classes, negatives / positives of labels."""
    labels = numpy.array([label for batch in batches for label in batch["labels"]])
    if kind_of(name) == "multi-label":
        return ((labels == 0).sum(0) / (labels == 1).sum(0)).tolist()
    return compute_class_weight("balanced", classes=numpy.arange(fixtures[name][0]), y=labels).tolist()


def make_batch(random, name, lengths):
    """Sequences of uneven length: [CLS] … [SEP], every other one a pair; ids 0 to 3 are special."""
    batch = {"ids": [], "types": [], "offsets": [0], "labels": []}
    for index, length in enumerate(lengths):
        ids = [2, *random.integers(4, config["vocab_size"], length - 2).tolist(), 3]
        types = [0] * length
        if index % 2 == 1 and length >= 5:
            middle = int(random.integers(2, length - 2))
            ids[middle] = 3
            types[middle + 1 :] = [1] * (length - middle - 1)
        batch["ids"] += ids
        batch["types"] += types
        batch["offsets"].append(len(batch["ids"]))
        batch["labels"].append(make_label(random, name))
    return batch


def recipe_of(name):
    return {**recipe, **recipes.get(name, {})}


def make_batches(random, name):
    batches = []
    own = config_of(name)
    for index in range(recipe_of(name)["maxSteps"]):
        lengths = random.integers(2, 22, 6).tolist()
        if index == 3:
            behind_pad = own["pad_token_id"] + 1 if family_of(name) in ("roberta", "camembert") else 0
            lengths[2] = own["max_position_embeddings"] - behind_pad
        batches.append(make_batch(random, name, lengths))
        if family_of(name) in family_configs:
            # The pad token within a text: its rows get no gradient, and in RoBERTa and CamemBERT it takes no place.
            start, end = batches[-1]["offsets"][3:5]
            # BART needs the token that ends a text, be it that between two.
            if own["model_type"] != "bart" or 3 in batches[-1]["ids"][start : end - 1]:
                batches[-1]["ids"][end - 1] = own["pad_token_id"]
            if own.get("type_vocab_size", 1) == 1:
                batches[-1]["types"] = [0] * len(batches[-1]["types"])
    if "classWeights" in recipe_of(name):
        weights = loss_weights(name, batches)
        batches = [{**batch, "weights": weights} for batch in batches]
    return batches


class Draws:
    """Column draws of DPS Mix, made once from a seed and replayed in the second run."""

    def __init__(self, random, share, dtype, recorded=None):
        self.random, self.share, self.dtype = random, share, dtype
        self.recorded = {} if recorded is None else recorded

    def __call__(self, step, label, columns):
        key = (step, label)
        if key not in self.recorded:
            self.recorded[key] = (self.random.random(columns) >= self.share).astype("u1")
        return torch.from_numpy(self.recorded[key]).to(self.dtype)


def run(name, seed, initial, batches, draws, shift=0):
    _, method = fixtures[name]
    model = model_of(name).to(draws.dtype)
    model.load_state_dict({name: value.to(draws.dtype) for name, value in initial.items()}, strict=True)
    settings = recipe_of(name)
    turned = [reordered(batch, shift) for batch in batches]
    result = train(model, turned, settings, method, draws, seed, dropouts.get(name, 0.0))
    with torch.no_grad():
        logits = model(batches[0])
    return {**result, "final": dict(model.named_parameters()), "logits": logits}


def margin_of(result):
    return min((one["margin"] for pick in result["selections"] for one in pick["matrices"].values()), default=1.0)


def has_new_head(name):
    """Whether the head is drawn by the run, and so no part of the checkpoint."""
    return recipes.get(name, {}).get("headStart") == "linear"


def prepare(name, seed):
    """Everything a seed gives, and its float64 run."""
    label_count, method = fixtures[name]
    random = numpy.random.default_rng(seed)
    initial = initial_weights(random, name)
    if has_new_head(name):
        initial |= linear_head(seed, config["hidden_size"], label_count)
    batches = make_batches(random, name)
    values = method["values"]
    draws = Draws(random, values.get("frozenShare", values.get("mixShare", 0.0)), torch.float64)
    result = run(name, seed, initial, batches, draws)
    return {"seed": seed, "initial": initial, "batches": batches, "draws": draws, "result": result}


def selection_entry(selection, rounded):
    """rounded: the same selection of the float32 runs."""
    matrices = []
    for name, one in selection["matrices"].items():
        others = [other["matrices"][name] for other in rounded]
        assert all(torch.equal(one["mask"], other["mask"]) for other in others), name
        matrices.append({
            "name": name,
            "size": one["size"],
            "rank": one["rank"],
            "threshold": one["threshold"],
            "deviation": max(abs(one["threshold"] - other["threshold"]) for other in others),
            "kept": one["kept"],
            "mask": encode_bits(one["mask"].flatten().numpy()),
        })
    return {"step": selection["step"], "cycle": selection["cycle"], "matrices": matrices}


def deviation_of(key, exact, rounded):
    """Largest difference of a step's number over all steps and float32 runs."""
    return max(abs(a[key] - b[key]) for one in rounded for a, b in zip(exact["steps"], one["steps"]))


def make_fixture(name):
    label_count, method = fixtures[name]
    seeds = range(seeds_tried) if method["id"].startswith(selecting) else [0]
    best = max((prepare(name, seed) for seed in seeds), key=lambda one: margin_of(one["result"]))
    exact, draws = best["result"], best["draws"].recorded
    replay = Draws(None, 0.0, torch.float32, draws)
    seed = best["seed"]
    runs = [run(name, seed, best["initial"], best["batches"], replay, k) for k in range(float32_runs)]
    named = lambda part: {
        key: tensor_entry(value, [one[part][key] for one in runs]) for key, value in exact[part].items()
    }
    return {
        "source": "tests/golden/make.py",
        "seed": best["seed"],
        "margin": margin_of(exact),
        "config": config_of(name),
        "kind": kind_of(name),
        "labelCount": label_count,
        "recipe": recipe_of(name),
        "dropout": dropouts.get(name, 0.0),
        "method": method,
        "batches": best["batches"],
        "steps": exact["steps"],
        "deviation": {key: deviation_of(key, exact, runs) for key in ("loss", "gradNorm")},
        # A key's bias shifts a whole row of scores, which softmax ignores: what is left there is rounding.
        "zeroGradients": [key for key in best["initial"] if key.endswith(("key.bias", "k_lin.bias", "k_proj.bias", "pos_key_proj.bias"))],
        "selections": [
            selection_entry(one, [other["selections"][index] for other in runs])
            for index, one in enumerate(exact["selections"])
        ],
        "draws": [
            {"step": step, "label": label, "count": len(bits), "bits": encode_bits(bits)}
            for (step, label), bits in draws.items()
        ],
        "evalLogits": tensor_entry(exact["logits"], [one["logits"] for one in runs]),
        "initial": {
            key: tensor_entry(value)
            for key, value in best["initial"].items()
            if not (has_new_head(name) and key.startswith("classifier."))
        },
        "gradients": named("gradients"),
        "final": named("final"),
    }


def score_case(random, us, frozen_share, rows, cols, ties):
    """GAM, FAM -> score and selection; with ties, many scores are equal or zero."""
    gam = (random.standard_normal((rows, cols)) ** 2).astype("f4")
    fam = random.integers(0, us + 1, cols).astype("f4")
    if ties:
        gam = numpy.round(gam).astype("f4")
        fam = numpy.ones(cols, dtype="f4")
    score = mix_score(torch.from_numpy(gam).double(), torch.from_numpy(fam).double(), us)
    picked = select(score, frozen_share)
    return {
        "us": us,
        "frozenShare": frozen_share,
        "gam": {"shape": [rows, cols], "data": encode(gam, "<f4")},
        "fam": {"shape": [cols], "data": encode(fam, "<f4")},
        "score": tensor_entry(score),
        "rank": picked["rank"],
        "threshold": picked["threshold"],
        "kept": picked["kept"],
        "margin": picked["margin"],
        "mask": encode_bits(picked["mask"].flatten().numpy()),
    }


def make_scores():
    random = numpy.random.default_rng(0)
    cases = [
        score_case(random, 60, 0.3, 16, 24, False),
        score_case(random, 50, 0.1, 3, 7, False),
        score_case(random, 49, 0.5, 16, 24, False),
        score_case(random, 2, 0.3, 16, 24, True),
        score_case(random, 2, 0.9, 5, 5, True),
    ]
    return {"source": "tests/golden/make.py", "cases": cases}


def write(name, fixture):
    path = here / f"{name}.json"
    path.write_text(json.dumps(fixture, indent=1, allow_nan=False) + "\n")
    print(f"{path.name}: {path.stat().st_size / 1024:.0f} KiB, margin {fixture.get('margin')}")


if __name__ == "__main__":
    wanted = sys.argv[1:] or [*fixtures, "scores"]
    for name in wanted:
        write(name, make_scores() if name == "scores" else make_fixture(name))
