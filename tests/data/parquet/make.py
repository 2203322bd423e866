"""Writes rte.parquet and stsb.parquet as Hugging Face's datasets writes them: through pyarrow, packed with Snappy, 1,000
rows a group, features as JSON under the key "huggingface". Run: python3 tests/data/parquet/make.py (needs pyarrow)."""

import json
import pathlib

import pyarrow as pa
import pyarrow.parquet as pq

here = pathlib.Path(__file__).parent
animals = ["cat", "dog", "bird", "fish"]
firsts = [f"The {animals[i % 4]} sat near house {i}, quite “calmly”." for i in range(1003)]
seconds = [f"A {animals[i % 3]} sat there.\tYes\nindeed." if i == 2 else f"A {animals[i % 3]} sat." for i in range(1003)]


def write(name, label, feature):
    value = lambda dtype: {"dtype": dtype, "_type": "Value"}
    features = {"sentence1": value("string"), "sentence2": value("string"), "label": feature, "idx": value("int32")}
    columns = {
        "sentence1": pa.array(firsts),
        "sentence2": pa.array(seconds),
        "label": label,
        "idx": pa.array(range(1003), pa.int32()),
    }
    table = pa.table(columns).replace_schema_metadata({"huggingface": json.dumps({"info": {"features": features}})})
    pq.write_table(table, here / name, row_group_size=1000)


classes = {"names": ["entailment", "not_entailment"], "_type": "ClassLabel"}
write("rte.parquet", pa.array([i % 2 if i < 1002 else -1 for i in range(1003)], pa.int64()), classes)
write("stsb.parquet", pa.array([i % 26 / 5 for i in range(1003)], pa.float32()), {"dtype": "float32", "_type": "Value"})
