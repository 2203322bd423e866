"""The engine's random numbers (src/core/rng.ts) in NumPy, so that a golden run draws what the engine draws."""

import numpy
import torch

rotations = (13, 15, 26, 6, 17, 29, 16, 24)
longest = 512


def label_hash(label):
    """FNV-1a of the label's UTF-16 code units, all of them ASCII here."""
    value = 0x811C9DC5
    for byte in label.encode("ascii"):
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value


def threefry(seed, label, step, elements):
    """Both words of the block keyed (seed, label) at counter (element, step): Salmon et al. 2011, 20 rounds."""
    with numpy.errstate(over="ignore"):
        keys = [numpy.uint32(seed), numpy.uint32(label_hash(label))]
        keys.append(numpy.uint32(0x1BD11BDA) ^ keys[0] ^ keys[1])
        x = numpy.asarray(elements).astype("u4") + keys[0]
        y = numpy.full_like(x, numpy.uint32(step)) + keys[1]
        for index in range(20):
            turn = numpy.uint32(rotations[index % 8])
            x = x + y
            y = ((y << turn) | (y >> (numpy.uint32(32) - turn))) ^ x
            if index % 4 == 3:
                group = (index + 1) // 4
                x = x + keys[group % 3]
                y = y + keys[(group + 1) % 3] + numpy.uint32(group)
    return x, y


def draw_bits(seed, label, step, element):
    return int(threefry(seed, label, step, [element])[0][0])


def draw_keep(seed, label, step, elements, keep_share):
    """True with probability keep_share; both sides of the comparison are exact in f32."""
    uniform = (threefry(seed, label, step, elements)[0] >> numpy.uint32(8)).astype("f8") * 2.0**-24
    return uniform < float(numpy.float32(keep_share))


def draw_uniform(seed, label, step, elements):
    return (threefry(seed, label, step, elements)[0] >> numpy.uint32(8)).astype("f8") * 2.0**-24


def draw_normal(seed, label, step, elements):
    """Box-Muller over both words."""
    first, second = (word.astype("f8") for word in threefry(seed, label, step, elements))
    return numpy.sqrt(-2 * numpy.log((first + 1) * 2.0**-32)) * numpy.cos(2 * numpy.pi * second * 2.0**-32)


def places_of(batch):
    """The packed place of every token and the place of every sequence, as the engine's batch has them."""
    places = batch.get("places", list(range(len(batch["ids"]))))
    rows = batch.get("rows", list(range(len(batch["labels"]))))
    offsets = batch["offsets"]
    longest_row = max(end - start for start, end in zip(offsets, offsets[1:]))
    tokens = numpy.zeros((len(rows), longest_row), dtype="i8")
    for row, (start, end) in enumerate(zip(offsets, offsets[1:])):
        tokens[row, : end - start] = places[start:end]
    return tokens, numpy.asarray(rows)


class Dropout:
    """Dropout of one forward, drawn as the engine draws it; at rate 0 it does nothing."""

    def __init__(self, seed, rate, step, batch):
        self.seed, self.rate, self.step = seed, rate, step
        self.tokens, self.rows = places_of(batch)

    def scaled(self, label, x, elements):
        if self.rate == 0:
            return x
        keep = float(numpy.float32(1 - self.rate))
        kept = draw_keep(self.seed, label, self.step, elements, 1 - self.rate)
        return x * torch.from_numpy(kept).to(x.dtype) / keep

    def hidden(self, label, x):
        """x [batch, length, hidden]"""
        width = x.shape[2]
        return self.scaled(label, x, self.tokens[:, :, None] * width + numpy.arange(width))

    def attention(self, label, x):
        """x [batch, heads, length, length]"""
        heads, length = x.shape[1:3]
        rows = self.tokens[:, None, :] * heads + numpy.arange(heads)[:, None]
        return self.scaled(label, x, rows[..., None] * longest + numpy.arange(length))

    def pooled(self, label, x):
        """x [batch, hidden]"""
        return self.scaled(label, x, self.rows[:, None] * x.shape[1] + numpy.arange(x.shape[1]))


class NoDropout:
    """Evaluation."""

    def hidden(self, _, x):
        return x

    attention = hidden
    pooled = hidden
