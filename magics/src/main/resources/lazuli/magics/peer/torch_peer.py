"""Runs PyTorch beside Lazuli: one JSON object a line on stdin, one answer a line on stdout.

{"do": "hello", "threads": 2}               -> {"ok": true, "version": "2.13.0", "threads": 2}
{"do": "threads", "threads": 1}             -> {"ok": true, "threads": 1}
{"do": "prepare", "id": 1, "op": "sdpa", "inputs": [{"dtype", "shape", "file"}...],
 "options": {...}, "output": FILE}          -> {"ok": true, "dtype", "shape", "first": NANOSECONDS}
                                               or {"ok": false, "error": WHY}
{"do": "time", "id": 1, "calls": 10, "before": 1}  -> {"ok": true, "nanos": NANOSECONDS}, one call before uncounted
{"do": "drop", "id": 1}                     -> {"ok": true}

The option "layouts": one of rows, transposed, stepped for each operand, says what view of it is
taken. The option "rotate": N of any operation takes N copies of the operands in turn, so that they come
from memory and not from a cache.
"""

import itertools
import json
import os
import sys
import time

try:
    import torch
except ImportError as missing:
    print(json.dumps({"ok": False, "error": str(missing)}), flush=True)
    sys.exit(3)

DTYPES = {
    "bool": torch.bool,
    "i32": torch.int32,
    "i64": torch.int64,
    "f16": torch.float16,
    "bf16": torch.bfloat16,
    "f32": torch.float32,
    "f64": torch.float64,
}
NAMES = {dtype: name for name, dtype in DTYPES.items()}


def load(entry):
    with open(entry["file"], "rb") as file:
        raw = bytearray(file.read())
    os.remove(entry["file"])
    if not raw:
        return torch.empty(entry["shape"], dtype=DTYPES[entry["dtype"]])
    return torch.frombuffer(raw, dtype=DTYPES[entry["dtype"]]).reshape(entry["shape"])


def sdpa(options, q, k, v, mask=None):
    attend = torch.nn.functional.scaled_dot_product_attention
    grouped = q.shape[1] != k.shape[1]
    causal = bool(options.get("causal"))
    scale = options.get("scale")
    if causal and q.shape[2] != k.shape[2]:
        from torch.nn.attention.bias import causal_lower_right

        mask, causal = causal_lower_right(q.shape[2], k.shape[2]), False
    return lambda: attend(q, k, v, attn_mask=mask, is_causal=causal, scale=scale, enable_gqa=grouped)


def naive(options, q, k, v, mask=None):
    scale = options.get("scale") or q.shape[-1] ** -0.5
    bias = mask
    if options.get("causal"):
        rows, columns = q.shape[2], k.shape[2]
        bias = torch.full((rows, columns), float("-inf"), dtype=q.dtype).triu(columns - rows + 1)

    def run():
        scores = (q @ k.transpose(-1, -2)) * scale
        if bias is not None:
            scores = scores.masked_fill(~bias, float("-inf")) if bias.dtype == torch.bool else scores + bias
        return torch.softmax(scores, -1) @ v

    return run


def overhead(options, x, y):
    graphs = [
        lambda: torch.square(torch.exp(torch.tanh(x * 2.0 + y) * x - 1.0) + x),
        lambda: torch.log(torch.abs(torch.sigmoid((x + y) * 0.5) - y) + 1.0) * x,
        lambda: -torch.maximum(torch.sqrt(torch.square(x - y) + 1.0) * y, x) + 0.5,
        lambda: ((torch.sin(torch.clamp_max(torch.maximum(x, y), 1.0) * 3.0) + x) * y - x) / 2.0,
    ]

    def run():
        for i in range(255):
            graphs[i & 3]()
        return graphs[3]()

    return run


def eight(x):
    """Eight elementwise operations, each a whole array."""
    return (x * 1.5 + 0.25).abs().sqrt() * 2.0 - 1.0, x


def chain8(options, x):
    def eager():
        y, x0 = eight(x)
        return y * x0 + x0

    if options.get("form") == "compiled":
        return torch.compile(eager)
    if options.get("form") != "in place":
        return eager
    y = torch.empty_like(x)

    def in_place():
        torch.mul(x, 1.5, out=y)
        return y.add_(0.25).abs_().sqrt_().mul_(2.0).sub_(1.0).mul_(x).add_(x)

    return in_place


functional = torch.nn.functional

OPERATIONS = {
    "overhead": overhead,
    "sdpa": sdpa,
    "naive": naive,
    "matmul": lambda options, a, b: lambda: a @ b,
    "softmax": lambda options, x: lambda: torch.softmax(x, -1),
    "rmsNorm": lambda options, x: lambda: functional.rms_norm(x, x.shape[-1:], eps=options["eps"]),
    "layerNorm": lambda options, x: lambda: functional.layer_norm(x, x.shape[-1:], eps=options["eps"]),
    "chain": lambda options, x, y: lambda: torch.tanh(x * 2.0 + y) * x,
    "chain8": chain8,
    "sum": lambda options, x: lambda: x.sum(),
    "max": lambda options, x: lambda: x.max(),
    "cast": lambda options, x: lambda: x.to(DTYPES[options["to"]]),
    "copy": lambda options, x: lambda: x.clone(memory_format=torch.contiguous_format),
    "transpose": lambda options, x: lambda: x.t().contiguous(),
    "exp": lambda options, x: lambda: torch.exp(x),
    "tanh": lambda options, x: lambda: torch.tanh(x),
    "sumRows": lambda options, x: lambda: x.sum(1),
    "sumColumns": lambda options, x: lambda: x.sum(0),
    "maxRows": lambda options, x: lambda: x.amax(1),
    "cumsum": lambda options, x: lambda: torch.cumsum(x, 1),
    "sort": lambda options, x: lambda: torch.sort(x, 1).values,
    "add": lambda options, x, y: lambda: x + y,
    "multiply": lambda options, x, y: lambda: x * y,
    "maximum": lambda options, x, y: lambda: torch.maximum(x, y),
}

LAYOUTS = {
    "rows": lambda base: base,
    "transposed": lambda base: base.t(),
    "stepped": lambda base: base[:, ::2],
}


def calling(request, inputs):
    """The operation as a function without arguments."""
    operation, options = OPERATIONS[request["op"]], request.get("options", {})
    layouts = options.get("layouts", ["rows"] * len(inputs))
    inputs = [LAYOUTS[layout](base) for layout, base in zip(layouts, inputs)]
    first = operation(options, *inputs)
    copies = int(options.get("rotate", 1)) - 1
    if copies < 1:
        return first
    more = [operation(options, *[x.clone() for x in inputs]) for _ in range(copies)]
    turns = itertools.cycle([first, *more])
    return lambda: next(turns)()


def prepare(request, prepared):
    inputs = [load(entry) for entry in request["inputs"]]
    call = calling(request, inputs)
    start = time.perf_counter_ns()
    result = call()
    first = time.perf_counter_ns() - start
    with open(request["output"], "wb") as file:
        file.write(result.to(torch.float64).contiguous().numpy().tobytes())
    prepared[request["id"]] = call
    return {"ok": True, "dtype": NAMES[result.dtype], "shape": list(result.shape), "first": first}


def measure(call, calls, before):
    for _ in range(before):
        call()
    start = time.perf_counter_ns()
    for _ in range(calls):
        call()
    nanos = time.perf_counter_ns() - start
    # OpenMP's threads go on spinning for a while: they must not run into the other side's turn.
    time.sleep(0.01)
    return {"ok": True, "nanos": nanos}


def answer(request, prepared):
    if request["do"] == "hello":
        torch.set_num_threads(request["threads"])
        return {"ok": True, "version": torch.__version__, "threads": torch.get_num_threads()}
    if request["do"] == "threads":
        torch.set_num_threads(request["threads"])
        return {"ok": True, "threads": torch.get_num_threads()}
    if request["do"] == "drop":
        del prepared[request["id"]]
        return {"ok": True}
    if request["do"] == "prepare":
        return prepare(request, prepared)
    if request["do"] == "time":
        return measure(prepared[request["id"]], request["calls"], request["before"])
    return {"ok": False, "error": "unknown request " + str(request["do"])}


def main():
    prepared = {}
    with torch.inference_mode():
        for line in sys.stdin:
            try:
                reply = answer(json.loads(line), prepared)
            except Exception as failure:  # PyTorch's refusal is an answer, not the end
                reply = {"ok": False, "error": " ".join(str(failure).split())}
            print(json.dumps(reply), flush=True)


main()
