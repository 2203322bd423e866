"""A BERT classifier in plain PyTorch, with Hugging Face's parameter names, order and arithmetic.

Dropout is handed in: an object with hidden, attention and pooled, told apart by the engine's labels (threefry.py).
"""

import math

import torch
from torch import nn

from threefry import NoDropout


class Embeddings(nn.Module):
    def __init__(self, config):
        super().__init__()
        hidden = config["hidden_size"]
        self.word_embeddings = nn.Embedding(config["vocab_size"], hidden, padding_idx=config["pad_token_id"])
        self.position_embeddings = nn.Embedding(config["max_position_embeddings"], hidden)
        self.token_type_embeddings = nn.Embedding(config["type_vocab_size"], hidden)
        self.LayerNorm = nn.LayerNorm(hidden, eps=config["layer_norm_eps"])

    def forward(self, ids, types, drop=NoDropout(), change=lambda words: words):
        """change: what becomes of the word embeddings before positions and types are added."""
        positions = torch.arange(ids.shape[1]).unsqueeze(0)
        words = change(self.word_embeddings(ids))
        total = words + self.position_embeddings(positions) + self.token_type_embeddings(types)
        return drop.hidden("embeddings dropout", self.LayerNorm(total))


class SelfAttention(nn.Module):
    def __init__(self, config):
        super().__init__()
        hidden = config["hidden_size"]
        self.heads = config["num_attention_heads"]
        self.query = nn.Linear(hidden, hidden)
        self.key = nn.Linear(hidden, hidden)
        self.value = nn.Linear(hidden, hidden)

    def forward(self, x, mask, drop, place):
        batch, length, hidden = x.shape
        split = lambda y: y.view(batch, length, self.heads, hidden // self.heads).transpose(1, 2)
        query, key, value = split(self.query(x)), split(self.key(x)), split(self.value(x))
        scores = query @ key.transpose(-1, -2) / math.sqrt(hidden // self.heads) + mask
        context = drop.attention(f"{place} attention", scores.softmax(dim=-1)) @ value
        return context.transpose(1, 2).reshape(batch, length, hidden)


class AddNorm(nn.Module):
    """Linear, residual, LayerNorm: Hugging Face's BertSelfOutput and BertOutput."""

    def __init__(self, inputs, outputs, eps):
        super().__init__()
        self.dense = nn.Linear(inputs, outputs)
        self.LayerNorm = nn.LayerNorm(outputs, eps=eps)

    def forward(self, x, residual, drop, label):
        return self.LayerNorm(drop.hidden(label, self.dense(x)) + residual)


class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.self = SelfAttention(config)
        self.output = AddNorm(config["hidden_size"], config["hidden_size"], config["layer_norm_eps"])

    def forward(self, x, mask, drop, place):
        return self.output(self.self(x, mask, drop, place), x, drop, f"{place} attention.output norm")


class Dense(nn.Module):
    """One Linear under the name `dense`: intermediate and pooler."""

    def __init__(self, inputs, outputs, activation):
        super().__init__()
        self.dense = nn.Linear(inputs, outputs)
        self.activation = activation

    def forward(self, x):
        return self.activation(self.dense(x))


# Hugging Face's names of hidden_act.
activations = {
    "gelu": nn.functional.gelu,
    "gelu_new": lambda x: nn.functional.gelu(x, approximate="tanh"),
    "silu": nn.functional.silu,
}


class Layer(nn.Module):
    def __init__(self, config):
        super().__init__()
        hidden, inner = config["hidden_size"], config["intermediate_size"]
        self.attention = Attention(config)
        self.intermediate = Dense(hidden, inner, activations[config["hidden_act"]])
        self.output = AddNorm(inner, hidden, config["layer_norm_eps"])

    def forward(self, x, mask, drop, place):
        attended = self.attention(x, mask, drop, place)
        return self.output(self.intermediate(attended), attended, drop, f"{place} output norm")


class Encoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.layer = nn.ModuleList(Layer(config) for _ in range(config["num_hidden_layers"]))

    def forward(self, x, mask, drop=NoDropout()):
        for index, layer in enumerate(self.layer):
            x = layer(x, mask, drop, f"layer {index}")
        return x


class Bert(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.embeddings = Embeddings(config)
        self.encoder = Encoder(config)
        self.pooler = Dense(config["hidden_size"], config["hidden_size"], torch.tanh)

    def forward(self, ids, types, present, drop=NoDropout(), change=lambda words: words):
        x = self.embeddings(ids, types, drop, change)
        mask = (1 - present.to(x.dtype))[:, None, None, :] * torch.finfo(x.dtype).min
        return self.pooler(self.encoder(x, mask, drop)[:, 0])


class BertForSequenceClassification(nn.Module):
    """Logits of a padded batch; `loss` adds that of the task: see task_loss."""

    def __init__(self, config, label_count):
        super().__init__()
        self.bert = Bert(config)
        self.classifier = nn.Linear(config["hidden_size"], label_count)

    def forward(self, batch, drop=NoDropout(), change=lambda words: words):
        ids, types, present = padded(batch)
        return self.classifier(drop.pooled("pooled dropout", self.bert(ids, types, present, drop, change)))

    def loss(self, batch, drop=NoDropout()):
        return task_loss(self(batch, drop), batch)


def task_loss(logits, batch):
    """As Hugging Face's: squared error of one output, binary cross-entropy of lists of 0 and 1, else cross-entropy."""
    weights = None if "weights" not in batch else torch.tensor(batch["weights"], dtype=logits.dtype)
    if several_labels(batch):
        return nn.BCEWithLogitsLoss(pos_weight=weights)(logits, torch.tensor(batch["labels"], dtype=logits.dtype))
    if logits.shape[1] == 1:
        return nn.functional.mse_loss(logits.squeeze(1), torch.tensor(batch["labels"], dtype=logits.dtype))
    return nn.CrossEntropyLoss(weight=weights)(logits, torch.tensor(batch["labels"]))


def several_labels(batch):
    """Whether a row has any number of labels."""
    return isinstance(batch["labels"][0], list)


def padded(batch):
    """Packed sequences as rectangles [sequences, longest] of ids, types and presence; padding is id 0, type 0."""
    offsets = batch["offsets"]
    lengths = [end - start for start, end in zip(offsets, offsets[1:])]
    ids, types, present = (torch.zeros(len(lengths), max(lengths), dtype=torch.long) for _ in range(3))
    for row, (start, length) in enumerate(zip(offsets, lengths)):
        ids[row, :length] = torch.tensor(batch["ids"][start : start + length])
        types[row, :length] = torch.tensor(batch["types"][start : start + length])
        present[row, :length] = 1
    return ids, types, present
