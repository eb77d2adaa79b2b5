"""Writes arrays with NumPy for LiveNumPyTest and reads back what Lazuli wrote.

stdin: "write PATH SEED", "read PATH" or, where safetensors is installed, "read PATH.safetensors"; one a line.
stdout: a line for each array: name, dtype, shape and the SHA-256 of its elements in row-major, little-endian order; then "."
"""

import hashlib
import sys

import numpy as np

TYPES = ["?", "u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8", "f2", "f4", "f8"]


def tell(name, array):
    plain = np.ascontiguousarray(array.astype(array.dtype.newbyteorder("<")))
    shape = "x".join(str(size) for size in array.shape)
    print(name, plain.dtype.str.lstrip("<|"), "[" + shape + "]", hashlib.sha256(plain.tobytes()).hexdigest())


def make(seed):
    random = np.random.default_rng(seed)
    arrays = {}
    for i in range(24):
        shape = tuple(random.integers(0 if i % 5 == 0 else 1, 7, random.integers(0, 4)))
        dtype = np.dtype(TYPES[random.integers(0, len(TYPES))])
        raw = random.integers(0, 256, int(np.prod(shape)) * dtype.itemsize, dtype=np.uint8)
        array = (raw % 2).astype("?") if dtype.kind == "b" else raw.view(dtype)
        array = array.reshape(shape)
        array = array.astype(dtype.newbyteorder(">")) if random.random() < 0.3 else array
        arrays[f"layer.{i}/w"] = np.asfortranarray(array) if random.random() < 0.3 else array
    return arrays


def write(path, seed):
    arrays = make(seed)
    if path.endswith(".npz"):
        (np.savez_compressed if seed % 2 else np.savez)(path, **arrays)
    else:
        name, array = list(arrays.items())[seed % 24]
        arrays = {"": array}
        np.save(path, array)
    for name, array in arrays.items():
        tell(name or "-", array)


def read(path):
    if path.endswith(".safetensors"):
        from safetensors.numpy import load_file

        arrays = load_file(path)
    else:
        loaded = np.load(path)
        arrays = dict(loaded) if path.endswith(".npz") else {"-": loaded}
    for name, array in arrays.items():
        tell(name, array)


for line in sys.stdin:
    words = line.split()
    try:
        write(words[1], int(words[2])) if words[0] == "write" else read(words[1])
    except Exception as failure:
        print("failed", " ".join(str(failure).split()))
    print(".", flush=True)
