"""Writes tests/golden/spm.json: small SentencePiece models and what SentencePiece itself cuts texts into.

python tests/golden/spm.py
"""

import base64
import io
import json
import pathlib
import tempfile

import sentencepiece

here = pathlib.Path(__file__).parent
words = (here.parent.parent / "public/tasks/sentiment/train.tsv").read_text(encoding="utf-8").split("\n")[1:]
lines = [line.split("\t")[1] for line in words if line]
# What SentencePiece's own maps do to characters: made longer, shorter, one of several, spaces, nothing.
rules = {
    "ﬁ": "fi", "①": "1", "½": "1⁄2", "\u00a0": " ", "\u3000": " ", "\u200b": "", "\t": " ", "\n": " ",
    "A\u0301": "Á", "A\u0301\u0302": "Ấ", "¨": " \u0308", "▁": " ", "Ａ": "A", "™": "TM",
}  # fmt: skip
texts = [
    "", " ", "   ", "a", "A great film", "  two  spaces ", "tab\tand\nnewline", "ﬁne ① ½", "½½ ½", "¨a ¨ b¨",
    "日本 語 film", "the 😀👍🏽 !!", "a\u00a0b\u3000c", "zero\u200bwidth \u200b", "\u200b", "▁under▁bar▁", "▁",
    "A\u0301B A\u0301\u0302 A", "[CLS] the [SEP]", "<unk> <s> </s> [UNK]", "<0x41> <0xE6>", "a[USER]b [USER] [US",
    "[USER][USER]x", "x ﬁ[ﬁ] [ﬁ]", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "ＡＢ ™", "\ud7ff\u0000x",
    "not a good film , but a great one .", "unbelievablyqqq zzz",
]  # fmt: skip


def trained(**options):
    """The bytes of a model with DeBERTa's marks."""
    with tempfile.NamedTemporaryFile("w", suffix=".tsv", encoding="utf-8") as tsv:
        for source, target in rules.items():
            tsv.write(" ".join(f"{ord(c):X}" for c in source) + "\t" + " ".join(f"{ord(c):X}" for c in target) + "\n")
        tsv.flush()
        out = io.BytesIO()
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(lines), model_writer=out, model_type="unigram", pad_id=0, bos_id=1, eos_id=2, unk_id=3,
            pad_piece="[PAD]", bos_piece="[CLS]", eos_piece="[SEP]", unk_piece="[UNK]", normalization_rule_tsv=tsv.name,
            num_threads=1, minloglevel=2, **options,
        )  # fmt: skip
        return out.getvalue()


models = {
    "plain": trained(vocab_size=300),
    "bytes": trained(vocab_size=500, byte_fallback=True),
    "user defined": trained(vocab_size=300, user_defined_symbols=["[USER]", "[ﬁ]"]),
    "words together": trained(vocab_size=300, split_by_whitespace=False),
    "spaces kept": trained(vocab_size=300, add_dummy_prefix=False, remove_extra_whitespaces=False),
}


def expected(model):
    processor = sentencepiece.SentencePieceProcessor(model_proto=model)
    return {
        "model": base64.b64encode(model).decode(),
        "count": processor.get_piece_size(),
        "ids": [processor.encode(text) for text in texts],
    }


cases = {name: expected(model) for name, model in models.items()}
out = {"texts": texts, "models": cases}
(here / "spm.json").write_text(json.dumps(out, ensure_ascii=False) + "\n", encoding="utf-8")
print({name: (len(case["model"]), case["count"]) for name, case in cases.items()})
