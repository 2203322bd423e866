#!/usr/bin/env python3
"""Distils a small BERT from a sentence encoder, on plain text.

    pip install -r src/making/requirements.txt
    python src/making/distil.py cache --teacher TEACHER --text text/*.txt.gz --cache CACHE
    python src/making/distil.py train --teacher TEACHER --cache CACHE --output MODEL
    npx dps bundle --model MODEL --id NAME --output public/models

TEACHER is a folder of sentence-transformers/all-MiniLM-L6-v2, from the Hugging Face Hub or a package that carries it.
The text has one paragraph a line. The defaults make the model that ships, in an hour on two cores. One of hidden size
384 takes twice as long: train --hidden 384 --learning-rate 5e-4 --pairs 32 --tokens 1600. Before the last command MODEL
needs a README.md, the card, and the LICENSE and NOTICE that the teacher's licence asks for: a student begins with the
teacher's weights.

`cache` keeps the word pieces of the teacher's vocabulary that the text uses most, so that teacher and student read the
same tokens, cuts the text into sentences, passages and damaged sentences, and stores the teacher's last hidden states
and sentence embeddings: the mean over the tokens, of unit length. `train` starts the student from some of the teacher's
layers, narrowed where it is to be narrower, and fits it to four things at once: the hidden state of every token, the
sentence embedding through the pooler, the similarities of sentences within a batch, and, for two sentences in one
sequence, the cosine of their embeddings, so that the pooler can compare texts.
"""

import argparse
import json
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from tokenizers.implementations import BertWordPieceTokenizer
from torch import nn
from transformers import BertConfig, BertModel

from narrowing import narrowed, principal_axes
from texts import cut, kept_pieces, read_paragraphs, read_vocabulary

SEED = 1
LONGEST_ROW = 64
# Sentences longer than this are not put into pairs.
LONGEST_IN_PAIR = 50
# Partners that are swapped for any other sentence, so that most pairs are near and some far.
FAR_SHARE = 0.15
# Rows on which the principal axes are found.
ROWS_FOR_AXES = 400
# The usual squared distance of a teacher's hidden state from its mean, a component: makes that loss about 1.
STATE_VARIANCE = 0.08
LOSS_WEIGHTS = {"tokens": 0.5, "sentence": 2.0, "similarity": 4.0, "pair": 8.0}
WARMUP_STEPS, LOWEST_RATE = 300, 0.01
REPORT_EVERY, SAVE_EVERY, SMOOTHING = 200, 1000, 0.98


class Cached:
    """What `cache` wrote: token rows of all texts, and what the teacher makes of them."""

    def __init__(self, folder: Path):
        file = np.load(folder / "sequences.npz")
        self.ids, self.offsets = file["ids"].astype(np.int64), file["offsets"]
        self.kinds, self.partner = file["kinds"], file["partner"]
        self.lengths = np.diff(self.offsets)
        self.states = np.load(folder / "states.npy", mmap_mode="r")
        self.embeddings = torch.from_numpy(np.load(folder / "embeddings.npy"))
        self.teacher_ids = np.load(folder / "teacher_ids.npy")

    def row(self, index: int) -> np.ndarray:
        """The tokens of a text."""
        return self.ids[self.offsets[index] : self.offsets[index + 1]]

    def states_of(self, batch: np.ndarray) -> torch.Tensor:
        """The teacher's hidden states of all tokens of some texts, end to end."""
        parts = [np.asarray(self.states[self.offsets[k] : self.offsets[k + 1]]) for k in batch]
        return torch.from_numpy(np.concatenate(parts).astype(np.float32))


def padded(rows: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Token ids and mask, [rows, longest]."""
    ids = np.zeros((len(rows), max(map(len, rows))), np.int64)
    mask = np.zeros_like(ids)
    for r, row in enumerate(rows):
        ids[r, : len(row)] = row
        mask[r, : len(row)] = 1
    return ids, mask


def tokenized(texts: Sequence[str], vocabulary: Path) -> list[list[int]]:
    """Ids of texts with their marks, cut to the longest row."""
    tokenizer = BertWordPieceTokenizer(str(vocabulary), lowercase=True)
    separator = tokenizer.token_to_id("[SEP]")
    rows = [encoding.ids for encoding in tokenizer.encode_batch(list(texts))]
    return [row if len(row) <= LONGEST_ROW else [*row[: LONGEST_ROW - 1], separator] for row in rows]


def cache(options: argparse.Namespace) -> None:
    """Writes vocab.txt, teacher_ids.npy, sequences.npz, states.npy and embeddings.npy."""
    folder, rng = options.cache, random.Random(SEED)
    folder.mkdir(parents=True, exist_ok=True)
    pieces, paragraphs = read_vocabulary(options.teacher), list(read_paragraphs(sorted(options.text)))
    kept = kept_pieces(pieces, paragraphs, options.vocabulary, options.teacher)
    (folder / "vocab.txt").write_text("".join(f"{pieces[i]}\n" for i in kept), encoding="utf-8")
    np.save(folder / "teacher_ids.npy", kept)
    rng.shuffle(paragraphs)
    texts = cut(paragraphs, options.tokens, rng)
    rows = tokenized([text.text for text in texts], folder / "vocab.txt")
    lengths = [len(row) for row in rows]
    ids, offsets = np.concatenate([np.array(row, np.uint16) for row in rows]), np.concatenate(([0], np.cumsum(lengths)))
    kinds, partner = np.array([text.kind for text in texts]), np.array([text.partner for text in texts])
    np.savez(folder / "sequences.npz", ids=ids, offsets=offsets, kinds=kinds, partner=partner)
    print(f"{len(rows)} sequences, {len(ids)} tokens, vocabulary {len(kept)}", flush=True)
    store_teacher(options.teacher, folder, rows, offsets, np.array(kept))


def store_teacher(
    source: Path, folder: Path, rows: Sequence[Sequence[int]], offsets: np.ndarray, to_teacher: np.ndarray
) -> None:
    """Writes the teacher's hidden states (F16) and sentence embeddings of all rows."""
    teacher = BertModel.from_pretrained(source, add_pooling_layer=False).eval()
    width = teacher.config.hidden_size
    states = np.lib.format.open_memmap(folder / "states.npy", "w+", np.float16, (int(offsets[-1]), width))
    embeddings = np.zeros((len(rows), width), np.float32)
    lengths = np.diff(offsets)
    order, start = np.argsort(lengths, kind="stable"), 0
    with torch.inference_mode():
        while start < len(order):
            near_longest = int(lengths[order[min(start + 40, len(order) - 1)]])
            batch = order[start : start + max(8, 2600 // near_longest)]
            start += len(batch)
            ids, mask = padded([to_teacher[rows[k]] for k in batch])
            hidden = teacher(torch.from_numpy(ids), attention_mask=torch.from_numpy(mask)).last_hidden_state
            present = torch.from_numpy(mask)[..., None].float()
            embeddings[batch] = F.normalize((hidden * present).sum(1) / present.sum(1), dim=-1).numpy()
            for r, k in enumerate(batch):
                states[offsets[k] : offsets[k + 1]] = hidden[r, : lengths[k]].numpy().astype(np.float16)
    states.flush()
    np.save(folder / "embeddings.npy", embeddings)


@dataclass(frozen=True)
class Learner:
    """A student, and the layers that turn its outputs into the teacher's; only the student is kept."""

    student: BertModel
    to_state: nn.Linear
    to_embedding: nn.Linear
    to_cosine: nn.Linear

    def parameters(self) -> list[nn.Parameter]:
        """All that is trained."""
        return list(nn.ModuleList([self.student, self.to_state, self.to_embedding, self.to_cosine]).parameters())

    def run(self, rows: Sequence[np.ndarray], second: np.ndarray | None = None) -> tuple[object, torch.Tensor]:
        """The student's output and the mask of real tokens. second: where each row's second text begins."""
        ids, mask = padded(rows)
        types = np.zeros_like(ids)
        if second is not None:
            for r, row in enumerate(rows):
                types[r, second[r] : len(row)] = 1
        ids, mask, types = (torch.from_numpy(one) for one in (ids, mask, types))
        return self.student(ids, attention_mask=mask, token_type_ids=types), mask.bool()


def new_learner(teacher: Path, cached: Cached, layers: Sequence[int], width: int, rng: np.random.Generator) -> Learner:
    """A student that begins as some layers of the teacher, on fewer axes."""
    chosen = rng.choice(len(cached.lengths), min(ROWS_FOR_AXES, len(cached.lengths)), replace=False)
    rows = [cached.teacher_ids[cached.row(k)] for k in chosen]
    axes, gain = principal_axes(teacher, layers, width, rows)
    full_config = BertConfig.from_pretrained(teacher)
    head_width = full_config.hidden_size // full_config.num_attention_heads
    student = BertModel(
        BertConfig(
            vocab_size=len(cached.teacher_ids),
            hidden_size=width,
            num_hidden_layers=len(layers),
            num_attention_heads=width // head_width,
            intermediate_size=4 * width,
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
        )
    )
    weights = {name: value.float() for name, value in load_file(teacher / "model.safetensors").items()}
    first = narrowed(weights, layers, cached.teacher_ids, axes, gain, head_width)
    student.load_state_dict(student.state_dict() | first)
    full = full_config.hidden_size
    return Learner(student, nn.Linear(width, full), nn.Linear(width, full), nn.Linear(width, 1))


class Batches:
    """Draws texts of about one length, and pairs of texts that mostly belong together."""

    def __init__(self, cached: Cached, rng: np.random.Generator):
        self.cached, self.rng = cached, rng
        self.short = np.flatnonzero((cached.kinds != "P") & (cached.lengths <= LONGEST_IN_PAIR))
        self.linked = self.short[cached.partner[self.short] >= 0]
        self.by_length = np.argsort(cached.lengths + rng.random(len(cached.lengths)), kind="stable")

    def texts(self, tokens: int) -> np.ndarray:
        """Indices of texts that have about `tokens` tokens together."""
        start = int(self.rng.integers(0, len(self.by_length) - 8))
        length = int(self.cached.lengths[self.by_length[start]])
        return self.by_length[start : start + max(8, tokens // length)]

    def pairs(self, count: int) -> tuple[np.ndarray, np.ndarray]:
        """Indices of the first and of the second text of each pair."""
        one = self.rng.choice(self.linked, count)
        two = self.cached.partner[one].copy()
        far = self.rng.random(count) < FAR_SHARE
        two[far] = self.rng.choice(self.short, int(far.sum()))
        swapped = self.rng.random(count) < 0.5
        return np.where(swapped, two, one), np.where(swapped, one, two)


def losses(learner: Learner, cached: Cached, batches: Batches, options: argparse.Namespace) -> dict[str, torch.Tensor]:
    """The four losses of one batch, not weighted."""
    batch = batches.texts(options.tokens)
    out, mask = learner.run([cached.row(k) for k in batch])
    state, wanted = learner.to_state(out.last_hidden_state[mask]), cached.states_of(batch)
    apart = ((state - wanted) ** 2).mean() / STATE_VARIANCE
    sentence, teacher = F.normalize(learner.to_embedding(out.pooler_output), dim=-1), cached.embeddings[batch]
    first, second = batches.pairs(options.pairs)
    # Both begin with [CLS]; a pair has one.
    rows = [np.concatenate((cached.row(u), cached.row(v)[1:])) for u, v in zip(first, second)]
    pooled = learner.run(rows, cached.lengths[first])[0].pooler_output
    cosine = (cached.embeddings[first] * cached.embeddings[second]).sum(-1)
    return {
        "tokens": apart + (1 - F.cosine_similarity(state, wanted)).mean(),
        "sentence": (1 - (sentence * teacher).sum(-1)).mean(),
        "similarity": ((sentence @ sentence.T - teacher @ teacher.T) ** 2).mean(),
        "pair": F.mse_loss(learner.to_cosine(pooled)[:, 0], cosine),
    }


def rate_factor(step: int, steps: int) -> float:
    """A warm-up, then half a cosine. step: from 1."""
    return min(1, step / WARMUP_STEPS) * max(LOWEST_RATE, 0.5 * (1 + np.cos(np.pi * (step - 1) / steps)))


def new_optimizer(parameters: Sequence[nn.Parameter], rate: float) -> torch.optim.AdamW:
    """AdamW; no decay on biases and LayerNorm."""
    groups = [
        {"params": [p for p in parameters if p.dim() > 1], "weight_decay": 0.01},
        {"params": [p for p in parameters if p.dim() < 2], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=rate, betas=(0.9, 0.98), eps=1e-6)


def train(options: argparse.Namespace) -> None:
    """Fits a student and writes it, now and then and at the end."""
    torch.manual_seed(SEED)
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    rng, cached = np.random.default_rng(SEED), Cached(options.cache)
    learner = new_learner(options.teacher, cached, options.layers, options.hidden, rng)
    batches = Batches(cached, rng)
    parameters = learner.parameters()
    optimizer = new_optimizer(parameters, options.learning_rate)
    start, mean = time.time(), {}
    for step in range(1, options.steps + 1):
        for group in optimizer.param_groups:
            group["lr"] = options.learning_rate * rate_factor(step, options.steps)
        optimizer.zero_grad(set_to_none=True)
        found = losses(learner, cached, batches, options)
        sum(LOSS_WEIGHTS[name] * loss for name, loss in found.items()).backward()
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        for name, loss in found.items():
            mean[name] = SMOOTHING * mean.get(name, loss.item()) + (1 - SMOOTHING) * loss.item()
        if step % REPORT_EVERY == 0 or step in (1, options.steps):
            told = {name: round(value, 4) for name, value in mean.items()}
            print(f"step {step}/{options.steps} {(time.time() - start) / 60:.1f} min {told}", flush=True)
        if step % SAVE_EVERY == 0 or step == options.steps:
            save(learner.student, options.output, options.cache / "vocab.txt")


def save(student: BertModel, folder: Path, vocabulary: Path) -> None:
    """Writes the student as a Hugging Face folder. Its dropout is BERT's: it was trained without any."""
    folder.mkdir(parents=True, exist_ok=True)
    state = student.state_dict()
    tensors = {f"bert.{name}": value.detach().clone().contiguous() for name, value in state.items()}
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    names = ("vocab_size", "hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size", "hidden_act")
    more = ("max_position_embeddings", "type_vocab_size", "layer_norm_eps", "pad_token_id", "initializer_range")
    config = {"architectures": ["BertModel"], "model_type": "bert"}
    config |= {name: getattr(student.config, name) for name in (*names, *more)}
    config |= {"hidden_dropout_prob": 0.1, "attention_probs_dropout_prob": 0.1}
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    (folder / "vocab.txt").write_text(vocabulary.read_text(encoding="utf-8"), encoding="utf-8")


def parsed() -> argparse.Namespace:
    """What was typed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    first = commands.add_parser("cache", help="cut the text and store what the teacher makes of it")
    second = commands.add_parser("train", help="fit a student to it")
    first.set_defaults(do=cache)
    second.set_defaults(do=train)
    for command in (first, second):
        command.add_argument("--teacher", type=Path, required=True, help="its Hugging Face folder")
        command.add_argument("--cache", type=Path, required=True, help="folder between the two commands, about 5 GB")
    first.add_argument("--text", type=Path, nargs="+", required=True, help=".txt or .txt.gz, a paragraph a line")
    first.add_argument("--vocabulary", type=int, default=16000, help="word pieces to keep, at most 65,536")
    first.add_argument("--tokens", type=float, default=6.5e6, help="about so many are cut")
    layers = lambda text: [int(layer) for layer in text.split(",")]
    second.add_argument("--output", type=Path, required=True, help="folder for the student")
    second.add_argument("--layers", type=layers, default=[0, 2, 5], help="the teacher's, to start from, as in 0,2,5")
    second.add_argument("--hidden", type=int, default=192, help="a multiple of the teacher's head width")
    second.add_argument("--steps", type=int, default=4600)
    second.add_argument("--learning-rate", type=float, default=1.2e-3, help="peak")
    second.add_argument("--tokens", type=int, default=1800, help="in a batch of texts")
    second.add_argument("--pairs", type=int, default=40, help="in a batch of pairs")
    second.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    chosen = parsed()
    chosen.do(chosen)
