"""BERT's uncased WordPiece, from its description: clean, lower-case, split at punctuation, then longest match first."""

import unicodedata


def load_vocabulary(path):
    with open(path, encoding="utf-8") as file:
        return {line.rstrip("\n"): index for index, line in enumerate(file)}


def is_blank(char):
    return char in " \t\n\r" or unicodedata.category(char) == "Zs"


def is_control(char):
    return char not in "\t\n\r" and unicodedata.category(char).startswith("C")


def is_punctuation(char):
    code = ord(char)
    ascii_mark = 33 <= code <= 47 or 58 <= code <= 64 or 91 <= code <= 96 or 123 <= code <= 126
    return ascii_mark or unicodedata.category(char).startswith("P")


def is_cjk(char):
    code = ord(char)
    blocks = (
        (0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2A6DF), (0x2A700, 0x2B73F),
        (0x2B740, 0x2B81F), (0x2B820, 0x2CEAF), (0xF900, 0xFAFF), (0x2F800, 0x2FA1F),
    )
    return any(low <= code <= high for low, high in blocks)


def words_of(text):
    """Words and single punctuation marks, lower-case and without accents."""
    cleaned = "".join(
        " " if is_blank(char) else f" {char} " if is_cjk(char) else char
        for char in text
        if char not in "\0\ufffd" and not is_control(char)
    )
    bare = "".join(char for char in unicodedata.normalize("NFD", cleaned.lower()) if unicodedata.category(char) != "Mn")
    return "".join(f" {char} " if is_punctuation(char) else char for char in bare).split()


def pieces_of(word, vocabulary):
    """Longest pieces from the left, as ids; one [UNK] where that fails or the word is longer than 100 characters."""
    unknown = [vocabulary["[UNK]"]]
    if len(word) > 100:
        return unknown
    ids, start = [], 0
    while start < len(word):
        end = len(word)
        while end > start and ("##" if start else "") + word[start:end] not in vocabulary:
            end -= 1
        if end == start:
            return unknown
        ids.append(vocabulary[("##" if start else "") + word[start:end]])
        start = end
    return ids


def tokenize(text, vocabulary):
    return [piece for word in words_of(text) for piece in pieces_of(word, vocabulary)]


def shortened(first, second, room):
    """Longest-first truncation of a pair by the fast tokenizer's rule: an even split where both must be cut."""
    short, long = sorted((len(first), len(second)))
    long = short if short > room else max(short, room - short)
    if short + long > room:
        short, long = room // 2, room // 2 + room % 2
    counts = (long, short) if len(first) > len(second) else (short, long)
    return first[: counts[0]], second[: counts[1]]


def encode_pair(first, second, vocabulary, max_length):
    """ids and types of [CLS] first [SEP] second [SEP]."""
    left, right = tokenize(first, vocabulary), tokenize(second, vocabulary)
    if len(left) + len(right) > max_length - 3:
        left, right = shortened(left, right, max_length - 3)
    ids = [vocabulary["[CLS]"], *left, vocabulary["[SEP]"], *right, vocabulary["[SEP]"]]
    return ids, [0] * (len(left) + 2) + [1] * (len(right) + 1)
