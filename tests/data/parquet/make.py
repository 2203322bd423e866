"""Writes rte.parquet and stsb.parquet as Hugging Face's datasets writes them: through pyarrow, packed with Snappy, 1,000
rows a group, features as JSON under the key "huggingface". Run: python3 tests/data/parquet/make.py (needs pyarrow)."""

import decimal
import json
import pathlib

import pyarrow as pa
import pyarrow.feather as feather
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


def write_columns():
    """Every type of column that is read, as gzip.parquet and so on; wanted.json says what their cells are."""
    count, folder = 60, here.parent / "columns"
    rows = range(count)
    decimals = [decimal.Decimal(i - 30) / 100 for i in rows]
    columns = {
        "text": pa.array([f"row {i} of all, {'x' * (i % 9)} é" if i % 17 else None for i in rows]),
        "words": pa.array(["good", "bad", "so so"][i % 3] for i in rows).dictionary_encode(),
        "half": pa.array([i / 10 if i % 5 else None for i in rows], pa.float16()),
        "money": pa.array(decimals, pa.decimal128(12, 2)),
        "one": pa.array([[i % 2] if i % 7 else [] for i in rows], pa.list_(pa.int64())),
        "many": pa.array([[1] * (i % 4) for i in rows], pa.list_(pa.int64())),
        "translation": pa.array([{"en": f"hello {i}", "de": None if i % 3 else f"hallo {i}"} if i % 11 else None for i in rows]),
        "number": pa.array(rows, pa.int32()),
        "big": pa.array([i * 10**12 if i % 9 else None for i in rows], pa.int64()),
        "score": pa.array([i / 5 for i in rows], pa.float32()),
        "truth": pa.array([i % 2 == 0 for i in rows]),
        "day": pa.array(rows, pa.date32()),
    }
    one = {"feature": {"names": ["no", "yes"], "_type": "ClassLabel"}, "_type": "Sequence"}
    described = json.dumps({"info": {"features": {"one": one}}})
    table = pa.table(columns).replace_schema_metadata({"huggingface": described})
    folder.mkdir(exist_ok=True)
    for at, packing in enumerate(["GZIP", "BROTLI", "ZSTD", "LZ4", "SNAPPY", "NONE"]):
        version = ["1.0", "2.0"][at % 2]
        pq.write_table(table, folder / f"{packing.lower()}.parquet", compression=packing, data_page_version=version, row_group_size=40)
    delta = {"text": "DELTA_BYTE_ARRAY", "number": "DELTA_BINARY_PACKED", "big": "DELTA_BINARY_PACKED", "score": "BYTE_STREAM_SPLIT"}
    for name, encodings in {"delta": delta, "lengths": {"text": "DELTA_LENGTH_BYTE_ARRAY"}}.items():
        for version in ["1.0", "2.0"]:
            path = folder / f"{name}-{version[0]}.parquet"
            pq.write_table(table, path, use_dictionary=False, column_encoding=encodings, data_page_version=version)
    for packing in ["uncompressed", "lz4", "zstd"]:
        feather.write_feather(table, folder / f"{packing}.feather", compression=packing, chunksize=40)
    with pa.OSFile(str(folder / "stream.arrow"), "wb") as file, pa.ipc.new_stream(file, table.schema) as stream:
        stream.write_table(table, max_chunksize=40)

    def cell(name, row):
        value = columns[name.split(".")[0]][row].as_py()
        if "." in name:
            value = value and value[name.split(".")[1]]
        if value is None or value == []:
            return ""
        if name == "one":
            return ["no", "yes"][value[0]]
        if name in ("half", "score"):
            return f"{float(value):.1f}".removesuffix(".0")
        return str(value).lower() if name == "truth" else str(value)

    names = [name for name in columns if name not in ("many", "translation", "day")]
    at = names.index("number")
    names[at:at] = ["translation.en", "translation.de"]
    cells = {"header": names, "rows": [[cell(name, row) for name in names] for row in rows]}
    (folder / "wanted.json").write_text(json.dumps(cells, ensure_ascii=False))


write_columns()
