"""The recipe on the model and a sample task that ship, in file order: losses to hold a run of the engine against.

python3 tests/golden/finetune.py [--output FILE] [--steps 20] [--learning-rate 3e-4] [--batch-size 16] [--seed 0]

The classifier is drawn here, N(0, 0.02) with bias 0, and goes into the fixture. Every run is made in float64, the reference,
and in float32, whose largest distance from it is `deviation`.
"""

import argparse
import base64
import json
import pathlib

import numpy
import torch

from bert import BertForSequenceClassification
from checkpoint import read_tensors
from methods import train
from wordpiece import encode_pair, load_vocabulary

torch.set_num_threads(1)

here = pathlib.Path(__file__).parent
public = here / "../../public"
train_path = "tasks/paraphrase/train.tsv"
labels = ["different", "same"]
max_length = 128
methods = [
    {"id": "vanilla", "values": {}},
    {
        "id": "dps-dense",
        "values": {"frozenShare": 0.3, "updateRatio": 0.05, "frozenWeights": "masked-gradient"},
    },
]


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=pathlib.Path, default=here / "finetune.json")
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--learning-rate", type=float, default=3e-4)
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def read_rows(path, count):
    """The first `count` rows of a table of pairs: sentence1, sentence2, label index. Quotes are ordinary."""
    lines = path.read_text(encoding="utf-8").split("\n")
    columns = [lines[0].split("\t").index(name) for name in ("sentence1", "sentence2", "label")]
    cells = [line.rstrip("\r").split("\t") for line in lines[1 : count + 1]]
    return [(row[columns[0]], row[columns[1]], labels.index(row[columns[2]])) for row in cells]


def make_batches(rows, size, vocabulary):
    batches = []
    for start in range(0, len(rows), size):
        batch = {"ids": [], "types": [], "offsets": [0], "labels": []}
        for first, second, label in rows[start : start + size]:
            ids, types = encode_pair(first, second, vocabulary, max_length)
            batch["ids"] += ids
            batch["types"] += types
            batch["offsets"].append(len(batch["ids"]))
            batch["labels"].append(label)
        batches.append(batch)
    return batches


def complete_weights(folder, hidden, seed):
    """The checkpoint and a new classifier."""
    random = numpy.random.default_rng(seed)
    tensors = read_tensors(folder / "model.safetensors")
    tensors["classifier.weight"] = (0.02 * random.standard_normal((len(labels), hidden))).astype("f4")
    tensors["classifier.bias"] = numpy.zeros(len(labels), dtype="f4")
    return tensors


def run(config, tensors, batches, recipe, method, dtype):
    model = BertForSequenceClassification(config, len(labels)).to(dtype)
    model.load_state_dict({name: torch.from_numpy(value).to(dtype) for name, value in tensors.items()}, strict=True)
    return train(model, batches, recipe, method)["steps"]


def run_entry(config, tensors, batches, recipe, method):
    exact, rounded = (run(config, tensors, batches, recipe, method, dtype) for dtype in (torch.float64, torch.float32))
    off = lambda key: max(abs(a[key] - b[key]) for a, b in zip(exact, rounded))
    return {"method": method, "steps": exact, "deviation": {"loss": off("loss"), "gradNorm": off("gradNorm")}}


def tensor_entry(values):
    return {"shape": list(values.shape), "data": base64.b64encode(values.astype("<f4").tobytes()).decode("ascii")}


def main():
    options = parse_arguments()
    model_id = json.loads((public / "models/index.json").read_text())[0]["id"]
    folder = public / "models" / model_id
    config = json.loads((folder / "config.json").read_text())
    recipe = {
        "learningRate": options.learning_rate,
        "weightDecay": 0.01,
        "beta1": 0.9,
        "beta2": 0.999,
        "eps": 1e-8,
        "warmupRatio": 0.1,
        "clip": 1.0,
        "maxSteps": options.steps,
    }
    rows = read_rows(public / train_path, options.steps * options.batch_size)
    batches = make_batches(rows, options.batch_size, load_vocabulary(folder / "vocab.txt"))
    tensors = complete_weights(folder, config["hidden_size"], options.seed)
    fixture = {
        "source": "tests/golden/finetune.py",
        "seed": options.seed,
        "model": f"models/{model_id}",
        "train": train_path,
        "labels": labels,
        "recipe": recipe,
        "batchSize": options.batch_size,
        "maxLength": max_length,
        "classifier": {name: tensor_entry(tensors[name]) for name in ("classifier.weight", "classifier.bias")},
        "firstBatch": batches[0],
        "runs": [run_entry(config, tensors, batches, recipe, method) for method in methods],
    }
    options.output.write_text(json.dumps(fixture, indent=1, allow_nan=False) + "\n")
    for one in fixture["runs"]:
        losses = [round(step["loss"], 6) for step in one["steps"]]
        print(one["method"]["id"], losses, one["deviation"])


if __name__ == "__main__":
    main()
