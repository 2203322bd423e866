"""Holds a saved folder against transformers: python3 tests/golden/saved.py FOLDER ROWS.tsv PREDICTIONS.tsv [LENGTH]

FOLDER: of `dps finetune --save`; PREDICTIONS: what `dps predict --model FOLDER --input ROWS.tsv` wrote. transformers reads
both the tokenizer and the model of the folder, and must give the same probabilities to 1e-4.
"""

import csv
import json
import pathlib
import sys

import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer

folder, rows, predictions = map(pathlib.Path, sys.argv[1:4])
length = int(sys.argv[4]) if len(sys.argv) > 4 else 128


def read(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def texts(row):
    return (row["sentence"], None) if "sentence" in row else (row["sentence1"], row["sentence2"])


model, info = AutoModelForSequenceClassification.from_pretrained(folder, output_loading_info=True)
assert not info["missing_keys"] and not info["unexpected_keys"], info
tokenizer = AutoTokenizer.from_pretrained(folder)
names = json.loads((folder / "config.json").read_text())["id2label"]
worst, tables = 0.0, (read(rows), read(predictions))
assert len(tables[0]) == len(tables[1]) > 0
for row, said in zip(*tables):
    first, second = texts(row)
    encoded = tokenizer(first, second, truncation="longest_first" if second else True, max_length=length, return_tensors="pt")
    with torch.no_grad():
        probabilities = model.eval()(**encoded).logits.softmax(-1)[0]
    for index, probability in enumerate(probabilities.tolist()):
        worst = max(worst, abs(probability - float(said[f"p({names[str(index)]})"])))
print(f"{model.config.model_type}: {len(tables[0])} rows, largest difference of a probability {worst:.1e}")
sys.exit(worst > 1e-4)
