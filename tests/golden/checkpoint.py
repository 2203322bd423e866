"""safetensors in a few lines of NumPy: float32 only."""

import json

import numpy


def read_tensors(path):
    """Tensors by name."""
    with open(path, "rb") as file:
        data = file.read()
    start = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:start])
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        assert entry["dtype"] == "F32", name
        begin, end = entry["data_offsets"]
        values = numpy.frombuffer(data[start + begin : start + end], dtype="<f4")
        tensors[name] = values.reshape(entry["shape"]).copy()
    return tensors


def write_tensors(path, tensors):
    header, begin = {}, 0
    for name, values in tensors.items():
        size = values.size * 4
        header[name] = {"dtype": "F32", "shape": list(values.shape), "data_offsets": [begin, begin + size]}
        begin += size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for values in tensors.values():
            file.write(numpy.ascontiguousarray(values, dtype="<f4").tobytes())
