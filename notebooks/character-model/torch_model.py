"""The character model of character-model.ipynb in PyTorch: prints the loss of every step.

usage: torch_model.py WEIGHTS.safetensors TEXT STEPS RATE
Reads the initial weights that Lazuli saved, and takes the same batches: window b of step s begins at
character (s * BATCH + b) * 7919 modulo the number of places.
"""

import json
import struct
import sys

import torch

BATCH, T, HEADS = 8, 32, 2


def load(path):
    """Reads a safetensors file of f32 tensors; the format is simple enough to need no package."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = bytearray(file.read())
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            flat = torch.frombuffer(data[begin:end], dtype=torch.float32)
            tensors[name] = flat.reshape(entry["shape"]).clone().requires_grad_(True)
    return tensors


def norm(x):
    return x * torch.rsqrt((x * x).mean(-1, keepdim=True) + 1e-5)


def logits(p, tokens):
    b, t = tokens.shape
    x = p["embedding"][tokens] + p["position"]
    h = norm(x)
    q, k, v = ((h @ p[name]).reshape(b, t, HEADS, -1).transpose(1, 2) for name in ("wq", "wk", "wv"))
    seen = torch.nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)
    x = x + seen.transpose(1, 2).reshape(b, t, -1) @ p["wo"]
    x = x + torch.relu(norm(x) @ p["w1"] + p["b1"]) @ p["w2"] + p["b2"]
    return norm(x) @ p["out"]


def main():
    p = load(sys.argv[1])
    text = open(sys.argv[2], encoding="utf-8").read()
    steps, rate = int(sys.argv[3]), float(sys.argv[4])
    alphabet = sorted(set(text))
    data = torch.tensor([alphabet.index(c) for c in text])
    print(torch.__version__)
    for step in range(steps):
        starts = [(step * BATCH + b) * 7919 % (len(data) - T) for b in range(BATCH)]
        tokens = torch.stack([data[s : s + T] for s in starts])
        targets = torch.stack([data[s + 1 : s + T + 1] for s in starts])
        loss = torch.nn.functional.cross_entropy(logits(p, tokens).reshape(-1, len(alphabet)), targets.reshape(-1))
        grads = torch.autograd.grad(loss, list(p.values()))
        print(f"{loss.item():.9g}", flush=True)
        with torch.no_grad():
            for weight, grad in zip(p.values(), grads):
                weight -= rate * grad


main()
