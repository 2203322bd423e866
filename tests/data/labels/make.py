"""Writes the Parquet and Arrow files beside this one: python3 tests/data/labels/make.py, with pyarrow.

Lists of labels as data sets have them: names, or numbers of classes that the metadata name; a missing list, an empty one,
and so many rows that lists go over pages.
"""

import json
import pathlib

import pyarrow
import pyarrow.feather
import pyarrow.parquet

here = pathlib.Path(__file__).parent
texts = [f"text {row}" for row in range(60)]
lists = [None if row == 5 else [[], ["joy"], ["joy", "anger"], ["love", "anger", "joy"]][row % 4] for row in range(60)]
names = ["anger", "joy", "love"]
numbers = [None if one is None else [names.index(label) for label in one] for one in lists]
feature = {"feature": {"names": names, "_type": "ClassLabel"}, "_type": "Sequence"}
info = {"huggingface": json.dumps({"info": {"features": {"labels": feature}}})}

(here / "wanted.json").write_text(json.dumps(lists) + "\n")
named = pyarrow.table({"text": texts, "labels": pyarrow.array(lists, pyarrow.list_(pyarrow.string()))})
numbered = pyarrow.table({"text": texts, "labels": pyarrow.array(numbers, pyarrow.list_(pyarrow.int64()))})
numbered = numbered.replace_schema_metadata(info)
for name, table in (("names", named), ("numbers", numbered)):
    for version in ("1.0", "2.0"):
        small = {"data_page_size": 64, "write_batch_size": 7, "row_group_size": 40}
        pyarrow.parquet.write_table(table, here / f"{name}-{version[0]}.parquet", data_page_version=version, **small)
    pyarrow.feather.write_feather(table, here / f"{name}.feather", compression="uncompressed")
