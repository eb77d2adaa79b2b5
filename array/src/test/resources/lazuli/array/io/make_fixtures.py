"""Writes the fixtures of this folder with the reference implementations.

Run with numpy, safetensors, ml_dtypes and gguf installed: python make_fixtures.py FOLDER
Values follow value(i), so that the tests know them without reading them from here.
The committed files were written by the versions in versions.txt.
"""

import sys
from pathlib import Path

import gguf
import ml_dtypes
import numpy as np
import safetensors
from numpy.lib import format as npy
from safetensors.numpy import save_file

OUT = Path(sys.argv[1])
TYPES = ["?", "u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8", "f2", "f4", "f8"]


def values(count, dtype):
    """value(i) = 3 i - 4, as bool, unsigned (wrapping) or signed; halves for floating types."""
    numbers = 3 * np.arange(count, dtype=np.int64) - 4
    if np.dtype(dtype).kind == "f":
        return (numbers / 2).astype(dtype)
    return (numbers % 2).astype(dtype) if np.dtype(dtype).kind == "b" else numbers.astype(dtype)


def names(code):
    return {"?": "bool"}.get(code, code)


def write(name, array, version=None):
    with open(OUT / name, "wb") as file:
        npy.write_array(file, array, version=version)


for code in TYPES:
    write(f"c-{names(code)}.npy", values(6, code).reshape(2, 3))
    write(f"big-{names(code)}.npy", values(6, code).astype(np.dtype(code).newbyteorder(">")).reshape(2, 3))
write("fortran.npy", np.asfortranarray(values(24, "f4").reshape(2, 3, 4)))
write("fortran-big.npy", np.asfortranarray(values(24, ">i2").reshape(2, 3, 4)))
write("scalar.npy", np.array(2.5))
write("empty.npy", np.zeros((3, 0, 2), "i4"))
write("version2.npy", values(6, "f4"), (2, 0))
write("version3.npy", values(6, "f4"), (3, 0))
write("special.npy", np.array([np.nan, np.inf, -np.inf, -0.0, 5e-324, 1.7976931348623157e308]))
write("complex.npy", np.zeros(2, "c8"))
write("text.npy", np.array(["a", "bc"]))
write("date.npy", np.array(["2026-01-01"], "M8[D]"))
write("record.npy", np.zeros(2, [("a", "f4"), ("b", "i2", (2,))]))
write("bfloat16.npy", np.zeros(2, ml_dtypes.bfloat16))
np.save(OUT / "object.npy", np.array([{}, None], dtype=object), allow_pickle=True)
with open(OUT / "two.npy", "wb") as file:
    np.save(file, values(3, "i4"))
    np.save(file, values(5, "i4"))

members = {"a": values(6, "f4").reshape(2, 3), "deep/b": values(4, ">i4"), "c": np.asfortranarray(values(6, "?").reshape(3, 2)), "s": np.array(7, "i8"), "none": np.zeros((0, 2), "f2")}
np.savez(OUT / "stored.npz", **members)
np.savez_compressed(OUT / "deflated.npz", **members)
np.savez(OUT / "positional.npz", values(3, "f4"), values(2, "i4"))
np.savez(OUT / "no-arrays.npz")

tensors = {names(c): values(6, c).reshape(2, 3) for c in TYPES}
tensors["bf16"] = values(6, "f4").astype(ml_dtypes.bfloat16).reshape(3, 2)
tensors["scalar"] = np.array(2.5, "f4")
tensors["empty"] = np.zeros((0, 4), "f4")
tensors["weird \"name\"\n\u00e9\u4e2d\U0001f600"] = values(2, "i4")
save_file(tensors, OUT / "all.safetensors", metadata={"format": "np"})
save_file({"a": values(3, "u1"), "b": values(2, "f4")}, OUT / "mixed.safetensors")
fp8 = {"e4m3": values(6, "f4").astype(ml_dtypes.float8_e4m3fn), "e5m2": values(6, "f4").astype(ml_dtypes.float8_e5m2)}
save_file(fp8, OUT / "fp8.safetensors")
save_file({"x": values(3, "f4"), "unlisted": values(1, "f4")}, OUT / "model-00001-of-00002.safetensors", metadata={"format": "pt"})
save_file({"y": values(2, "i8")}, OUT / "model-00002-of-00002.safetensors", metadata={"format": "pt"})
(OUT / "model.safetensors.index.json").write_text(
    '{"metadata": {"total_size": 28}, "weight_map": {"x": "model-00001-of-00002.safetensors", "y": "model-00002-of-00002.safetensors"}}\n')

writer = gguf.GGUFWriter(OUT / "model.gguf", "test")
writer.add_uint8("u8", 200)
writer.add_int8("i8", -2)
writer.add_uint16("u16", 60000)
writer.add_int16("i16", -3)
writer.add_uint32("u32", 4000000000)
writer.add_int32("i32", -4)
writer.add_float32("f32", 0.5)
writer.add_bool("truth", True)
writer.add_string("text", "h\u00e9")
writer.add_array("words", ["a", "bc"])
writer.add_array("numbers", [1, 2, 3])
writer.add_uint64("u64", 2**63 + 1)
writer.add_int64("i64", -5)
writer.add_float64("f64", 0.25)
for code in ["f4", "f2", "f8", "i1", "i2", "i4", "i8"]:
    writer.add_tensor(names(code), values(6, code).reshape(2, 3))
writer.add_tensor("bf16", values(6, "f4").astype(ml_dtypes.bfloat16).view(np.uint8).reshape(2, 6), raw_dtype=gguf.GGMLQuantizationType.BF16)
wide = np.sin(np.arange(128, dtype="f4")).reshape(2, 64) * 3
kinds = gguf.GGMLQuantizationType
for kind in [kinds.Q8_0, kinds.Q4_0, kinds.Q4_1]:
    packed = gguf.quants.quantize(wide, kind)
    writer.add_tensor(kind.name.lower(), packed, raw_dtype=kind)
    np.save(OUT / f"{kind.name.lower()}.npy", gguf.quants.dequantize(packed, kind))
writer.write_header_to_file()
writer.write_kv_data_to_file()
writer.write_tensors_to_file()
writer.close()

(OUT / "versions.txt").write_text(
    f"python {sys.version.split()[0]}\nnumpy {np.__version__}\nsafetensors {safetensors.__version__}\nml_dtypes {ml_dtypes.__version__}\ngguf 0.19.0\n")
