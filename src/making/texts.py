"""What a student learns from: the word pieces it keeps, and sentences, passages and damaged sentences of plain text."""

import gzip
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tokenizers.implementations import BertWordPieceTokenizer

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
# A full stop, closing quotes, a space, and then what a sentence begins with.
SENTENCE_END = re.compile(r'(?<=[.!?])["”’)]*\s+(?=[A-Z"“‘(])')
# Opinions are rare in free text: every paragraph about films is taken, of the others a share.
OPINION = re.compile(r"\b(movie|film|actor|comedy|plot)\b")
OTHERS_SHARE = 0.75
# A character beyond ASCII is kept as a piece of its own from so many occurrences on.
RARE_CHARACTER = 20
TOKENIZED_AT_ONCE = 5000

PASSAGE_SHARE, SHORTEST_PASSAGE, LONGEST_PASSAGE = 0.25, 200, 420
SHORTEST_SENTENCE, LONGEST_SENTENCE = 15, 260
DAMAGED_SHARE = 0.25


@dataclass(frozen=True)
class Text:
    """One sequence. kind: S a sentence, P a passage, D a damaged sentence. partner: the index of what it goes with."""

    text: str
    kind: str
    partner: int = -1

    @property
    def tokens(self) -> float:
        """About how many tokens it has: 4.6 characters each, and two marks."""
        return 75 if self.kind == "P" else len(self.text) / 4.6 + 2


def read_vocabulary(folder: Path) -> list[str]:
    """The word pieces of a vocab.txt, in the order of their ids."""
    with open(folder / "vocab.txt", encoding="utf-8") as lines:
        return [line.rstrip("\n") for line in lines]


def read_paragraphs(files: Sequence[Path]) -> Iterator[str]:
    """The lines of text files, packed with gzip or not, without empty ones."""
    for file in files:
        with (gzip.open if file.suffix == ".gz" else open)(file, "rt", encoding="utf-8") as lines:
            yield from (line.strip() for line in lines if line.strip())


def kept_pieces(pieces: Sequence[str], paragraphs: Sequence[str], size: int, teacher: Path) -> list[int]:
    """Ids in the teacher's vocabulary: the marks, the single characters that occur, then the most frequent pieces."""
    tokenizer = BertWordPieceTokenizer(str(teacher / "vocab.txt"), lowercase=True)
    counts = np.zeros(len(pieces), np.int64)
    for start in range(0, len(paragraphs), TOKENIZED_AT_ONCE):
        part = list(paragraphs[start : start + TOKENIZED_AT_ONCE])
        for encoding in tokenizer.encode_batch(part, add_special_tokens=False):
            np.add.at(counts, encoding.ids, 1)
    marks = [pieces.index(mark) for mark in SPECIAL]
    kept = set(marks)
    for i, piece in enumerate(pieces):
        character = piece.removeprefix("##")
        if len(character) == 1 and (33 <= ord(character) < 127 or counts[i] >= RARE_CHARACTER):
            kept.add(i)
    for i in np.argsort(-counts, kind="stable"):
        if len(kept) >= size or counts[i] == 0:
            break
        if not pieces[i].startswith("[unused"):
            kept.add(int(i))
    return marks + sorted(kept - set(marks))


def damage(sentence: str, following: str, rng: random.Random) -> str:
    """The sentence with words lost, added, moved, replaced, or cut in half: near and far neighbours of it."""
    words, fate = sentence.split(), rng.random()
    if fate < 0.45:
        lost = rng.choice((0.1, 0.2, 0.3, 0.5))
        words = [word for word in words if rng.random() > lost] or words[:1]
    elif fate < 0.6:
        words += following.split()[: rng.randint(2, 8)]
    elif fate < 0.75:
        middle = rng.randint(1, max(1, len(words) - 1))
        words = words[middle:] + words[:middle]
    elif fate < 0.9:
        others = (following or sentence).split()
        for _ in range(max(1, len(words) // 8)):
            words[rng.randrange(len(words))] = rng.choice(others)
    else:
        words = words[: max(3, len(words) // 2)]
    return " ".join(words)


def sentences_of(paragraph: str, first: int, rng: random.Random) -> list[Text]:
    """A paragraph's sentences, each with the next one as partner, and damaged ones with what they were made of.

    first: the index that the first of them will have among all texts.
    """
    sentences = [s for s in SENTENCE_END.split(paragraph) if SHORTEST_SENTENCE < len(s) < LONGEST_SENTENCE]
    following = [*sentences[1:], ""]
    texts = [Text(s, "S", first + j + 1 if j + 1 < len(sentences) else -1) for j, s in enumerate(sentences)]
    for j, sentence in enumerate(sentences):
        if rng.random() < DAMAGED_SHARE:
            texts.append(Text(damage(sentence, following[j], rng), "D", first + j))
    return texts


def cut(paragraphs: Sequence[str], budget: float, rng: random.Random) -> list[Text]:
    """Cuts paragraphs into texts until they have about `budget` tokens."""
    texts: list[Text] = []
    tokens = 0.0
    for paragraph in paragraphs:
        if not OPINION.search(paragraph) and rng.random() > OTHERS_SHARE:
            continue
        if rng.random() < PASSAGE_SHARE and len(paragraph) > SHORTEST_PASSAGE:
            added = [Text(paragraph[:LONGEST_PASSAGE], "P")]
        else:
            added = sentences_of(paragraph, len(texts), rng)
        texts += added
        tokens += sum(text.tokens for text in added)
        if tokens > budget:
            break
    return texts
