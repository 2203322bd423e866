"""Holds a saved folder against transformers: python3 tests/golden/saved.py FOLDER ROWS.tsv PREDICTIONS.tsv [LENGTH]

FOLDER: of `dps finetune --save`; PREDICTIONS: what `dps predict --model FOLDER --input ROWS.tsv` wrote. transformers reads
both the tokenizer and the model of the folder, and must give the same probabilities to 1e-4. DeBERTa's texts are cut into
pieces alone, and marked here as its authors do: transformers 5 puts two marks between the texts of a pair, and reads no
spm.model without another library.
"""

import csv
import json
import pathlib
import sys

import torch
from sentencepiece import SentencePieceProcessor
from transformers import AutoModelForSequenceClassification, AutoTokenizer

folder, rows, predictions = map(pathlib.Path, sys.argv[1:4])
length = int(sys.argv[4]) if len(sys.argv) > 4 else 128


def read(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def texts(row):
    return (row["sentence"], None) if "sentence" in row else (row["sentence1"], row["sentence2"])


def encode(first, second):
    if not model.config.model_type.startswith("deberta"):
        how = {"truncation": "longest_first" if second else True, "max_length": length, "return_tensors": "pt"}
        return tokenizer(first, second, **how)
    if pieces.exists():
        parts, marks = [tokenizer.encode(text) for text in (first, second) if text], ("[CLS]", "[SEP]")
        begin, end = map(tokenizer.piece_to_id, marks)
    else:
        parts = [tokenizer(text, add_special_tokens=False)["input_ids"] for text in (first, second) if text]
        begin, end = tokenizer.cls_token_id, tokenizer.sep_token_id
    while sum(map(len, parts)) + 1 + len(parts) > length:
        parts[0 if len(parts) == 1 or len(parts[0]) > len(parts[1]) else 1].pop()
    return {"input_ids": torch.tensor([[begin, *(id for part in parts for id in (*part, end))]])}


model, info = AutoModelForSequenceClassification.from_pretrained(folder, output_loading_info=True)
assert not info["missing_keys"] and not info["unexpected_keys"], info
pieces = folder / "spm.model"
tokenizer = SentencePieceProcessor(str(pieces)) if pieces.exists() else AutoTokenizer.from_pretrained(folder)
names = json.loads((folder / "config.json").read_text())["id2label"]
worst, tables = 0.0, (read(rows), read(predictions))
assert len(tables[0]) == len(tables[1]) > 0
for row, said in zip(*tables):
    first, second = texts(row)
    with torch.no_grad():
        probabilities = model.eval()(**encode(first, second)).logits.softmax(-1)[0]
    for index, probability in enumerate(probabilities.tolist()):
        worst = max(worst, abs(probability - float(said[f"p({names[str(index)]})"])))
print(f"{model.config.model_type}: {len(tables[0])} rows, largest difference of a probability {worst:.1e}")
sys.exit(worst > 1e-4)
