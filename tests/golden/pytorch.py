"""Writes tests/golden/pytorch/: one state dict as torch.save() writes it, in each layout, and as safetensors.

python3 tests/golden/pytorch.py, with PyTorch (1.13 wrote the committed files).
"""

import collections
import json
import pathlib
import struct

import torch

target = pathlib.Path(__file__).parent / "pytorch"
layouts = {
    "zip": {},
    "legacy": {"_use_new_zipfile_serialization": False},
    "zip-protocol4": {"pickle_protocol": 4},
    "legacy-protocol4": {"_use_new_zipfile_serialization": False, "pickle_protocol": 4},
}


def make_tensors():
    torch.manual_seed(7)
    shared = torch.randn(40)
    tensors = collections.OrderedDict()
    tensors["plain"] = torch.randn(3, 5)
    tensors["transposed"] = torch.randn(4, 6).t()
    tensors["permuted"] = torch.randn(2, 3, 4).permute(2, 0, 1)
    tensors["half"] = torch.cat([torch.randn(6), torch.tensor([6e-8, 65504.0, -0.0])]).half()
    tensors["brain"] = torch.randn(2, 4).bfloat16()
    tensors["parameter"] = torch.nn.Parameter(torch.randn(4))
    tensors["first of shared"] = shared[:10].view(2, 5)
    tensors["rest of shared"] = shared[10:]
    tensors["columns of shared"] = shared.view(8, 5)[1:, 2:4]
    tensors["tied"] = tensors["plain"]
    tensors["scalar"] = torch.tensor(2.5)
    tensors["empty"] = torch.zeros(0, 3)
    tensors["position_ids"] = torch.arange(5).expand((1, -1))
    tensors["double"] = torch.randn(2, dtype=torch.float64)
    tensors["repeated"] = torch.randn(1, 3).expand(4, 3)
    tensors["naïve ✓"] = torch.randn(1, 1, 2)
    # A module's state dict carries versions of its parts as an attribute, which pickles as BUILD.
    tensors._metadata = collections.OrderedDict([("", {"version": 1})])
    return tensors


def bytes_of(tensor):
    """Row-major little-endian values; NumPy has no bfloat16, so those go as their bits."""
    values = tensor.detach().contiguous()
    return (values.view(torch.int16) if values.dtype == torch.bfloat16 else values).numpy().tobytes()


def write_safetensors(path, tensors):
    spelling = {
        torch.float32: "F32",
        torch.float16: "F16",
        torch.bfloat16: "BF16",
        torch.float64: "F64",
        torch.int64: "I64",
    }
    header, data = {}, b""
    for name, tensor in tensors.items():
        part = bytes_of(tensor)
        offsets = [len(data), len(data) + len(part)]
        header[name] = {"dtype": spelling[tensor.dtype], "shape": list(tensor.shape), "data_offsets": offsets}
        data += part
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


if __name__ == "__main__":
    tensors = make_tensors()
    target.mkdir(exist_ok=True)
    for name, options in layouts.items():
        torch.save(tensors, target / f"{name}.bin", **options)
    write_safetensors(target / "values.safetensors", tensors)
