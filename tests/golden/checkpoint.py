"""safetensors in a few lines of NumPy: float32 and float16."""

import json

import numpy


def read_tensors(path):
    """Tensors by name, as float32."""
    with open(path, "rb") as file:
        data = file.read()
    start = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:start])
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        dtype = {"F32": "<f4", "F16": "<f2"}[entry["dtype"]]
        begin, end = entry["data_offsets"]
        values = numpy.frombuffer(data[start + begin : start + end], dtype=dtype)
        tensors[name] = values.reshape(entry["shape"]).astype("<f4")
    return tensors
