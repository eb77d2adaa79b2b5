"""PyTorch's side of the table: reads a case's name from stdin, writes its time in microseconds and the fastest way.

Usage: peer.py [cuda|cpu]. The first line is "ready ..." or the reason why there will be no times.
"""

import sys
import time

DEVICE = sys.argv[1] if len(sys.argv) > 1 else "cuda"
try:
    import torch
    import torch.nn.functional as F
    from torch.nn.attention import SDPBackend, sdpa_kernel
except Exception as e:
    print(f"PyTorch does not load: {str(e).splitlines()[0]}", flush=True)
    sys.exit(0)
if DEVICE == "cuda" and not torch.cuda.is_available():
    print("PyTorch finds no CUDA device", flush=True)
    sys.exit(0)
torch.backends.cuda.matmul.allow_tf32 = False
TYPES = {"f32": torch.float32, "bf16": torch.bfloat16, "f16": torch.float16}


def per_call(body):
    """Microseconds a call, of many calls and one wait: the host's part counts too."""
    rounds = []
    for _ in range(6):
        start = time.perf_counter()
        for _ in range(200):
            body()
        if DEVICE == "cuda":
            torch.cuda.synchronize()
        rounds.append((time.perf_counter() - start) * 1e6 / 200)
    return sorted(rounds[1:])[2]


def first(words):
    """Microseconds from a new function of scores to its first result, with all compilation."""
    h, t, d = int(words[4]), int(words[6]), int(words[8])
    x = random(words[2], 1, h, t, d)
    if DEVICE == "cuda":
        torch.cuda.synchronize()
    start = time.perf_counter()
    scored(words, x, h, t)()
    if DEVICE == "cuda":
        torch.cuda.synchronize()
    return (time.perf_counter() - start) * 1e6


def clock(body):
    """The median over a second of runs, on the device's own clock, after warming up."""
    for _ in range(3):
        body()
    samples = []
    until = time.time() + 0.8
    while len(samples) < 200 and (len(samples) < 5 or time.time() < until):
        if DEVICE == "cuda":
            start, stop = (torch.cuda.Event(enable_timing=True) for _ in range(2))
            start.record()
            body()
            stop.record()
            stop.synchronize()
            samples.append(start.elapsed_time(stop) * 1e3)
        else:
            start = time.perf_counter()
            body()
            samples.append((time.perf_counter() - start) * 1e6)
    return sorted(samples)[len(samples) // 2]


def graphed(body):
    """The same work replayed as a CUDA graph: what remains without the host's part."""
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(3):
            body()
    torch.cuda.current_stream().wait_stream(side)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        body()
    return graph.replay


def compiled(function):
    """The function compiled when it is first called, so that eager ways run where nothing compiles."""
    made = []

    def run(*arguments, **options):
        if not made:
            made.append(torch.compile(function))
        return made[0](*arguments, **options)

    return run


def flexible():
    """FlexAttention, compiled; on the processor as it is, which is enough to try the cases."""
    from torch.nn.attention.flex_attention import flex_attention

    return torch.compile(flex_attention) if DEVICE == "cuda" else flex_attention


def attention(q, k, v, **options):
    """Each backend of PyTorch's attention as a way of its own."""

    def way(backend):
        def run():
            with sdpa_kernel(backend):
                return F.scaled_dot_product_attention(q, k, v, **options)

        return run

    names = ["FLASH_ATTENTION", "CUDNN_ATTENTION", "EFFICIENT_ATTENTION"] if DEVICE == "cuda" else []
    if q.shape[2] * k.shape[2] <= 1 << 24:
        names.append("MATH")
    return {n.split("_")[0].lower(): way(getattr(SDPBackend, n)) for n in names}


def flex(q, k, v, causal):
    from torch.nn.attention.flex_attention import create_block_mask

    mask = None
    if causal:
        mask = create_block_mask(lambda b, h, i, j: i >= j, None, None, q.shape[2], k.shape[2], device=DEVICE)
    run = flexible()
    return lambda: run(q, k, v, block_mask=mask)


def scored(words, q, h, t):
    """FlexAttention with the function of scores that the case names."""
    from torch.nn.attention.flex_attention import create_block_mask

    mod, mask = None, None
    if words[1] == "alibi":
        slopes = torch.tensor([2.0 ** (-8 * (i + 1) / h) for i in range(h)], device=DEVICE)
        mod = lambda s, b, i, q, k: s - slopes[i] * (q - k).abs()
    elif words[1] == "softcap":
        mod = lambda s, b, i, q, k: 30 * torch.tanh(s / 30)
    elif words[1] == "documents":
        ids = torch.arange(t, device=DEVICE) // max(1, t // 10)
        mask = lambda b, i, q, k: (ids[q] == ids[k]) & (q >= k)
    else:
        mask = lambda b, i, q, k: (q >= k) & (q - k < t // 16)
    block = create_block_mask(mask, None, None, t, t, device=DEVICE) if mask else None
    run = flexible()
    return lambda: run(q, q, q, score_mod=mod, block_mask=block)


def random(kind, *dims):
    return torch.randn(*dims, device=DEVICE, dtype=torch.float32).to(TYPES[kind])


def ways(words):
    """Every way of computing a case that PyTorch has."""
    name, kind = words[0], words[1]
    if name == "chain":
        x = random(kind, int(words[2]))
        body = lambda x: torch.tanh(((x * 2 + 1).square() - 3).abs().sqrt() * 0.5)
        fast = compiled(body)
        return {"eager": lambda: body(x), "compiled": lambda: fast(x)}
    if name == "sum":
        x = random(kind, int(words[2]))
        return {"eager": lambda: x.sum()}
    if name in ("softmax", "rmsnorm"):
        x = random(kind, int(words[2]), int(words[3]))
        body = (
            (lambda x: torch.softmax(x, -1)) if name == "softmax" else (lambda x: F.rms_norm(x, x.shape[-1:], eps=1e-5))
        )
        fast = compiled(body)
        return {"eager": lambda: body(x), "compiled": lambda: fast(x)}
    if name == "matmul":
        x, y = (random(kind, int(words[2]), int(words[2])) for _ in range(2))
        return {"eager": lambda: x @ y}
    if name == "sort":
        x = random(kind, *(int(w) for w in words[2:]))
        return {"eager": lambda: torch.sort(x, dim=-1)}
    if name == "cumsum":
        x = random(kind, int(words[2]), int(words[3]))
        return {"eager": lambda: torch.cumsum(x, -1)}
    if name == "argmax":
        x = random(kind, int(words[2]), int(words[3]))
        return {"eager": lambda: torch.argmax(x, -1)}
    if name in ("take", "scatter"):
        rows = int(words[2])
        x = random(kind, rows, int(words[3]))
        index = torch.randint(rows, (rows,), device=DEVICE)
        if name == "take":
            return {"eager": lambda: x.index_select(0, index)}
        return {"eager": lambda: x.index_add(0, index, x)}
    if name == "step":
        n = int(words[2])
        x, w = random(kind, 1, n), random(kind, n, n) * 0.01

        def step():
            y = torch.tanh(F.rms_norm(x, (n,), eps=1e-5) @ w)
            return torch.tanh(torch.softmax(y @ w, -1) @ w + x)

        return {"eager": step, "graph": graphed(step)} if DEVICE == "cuda" else {"eager": step}
    size = {words[i]: int(words[i + 1]) for i in range(len(words) - 1) if words[i] in "BHGTD" and words[i + 1].isdigit()}
    if name == "sdpa":
        x = random(kind, size["B"], size["H"], size["T"], size["D"])
        causal = words[-1] == "causal"
        all_ways = attention(x, x, x, is_causal=causal)
        if DEVICE == "cuda":
            all_ways["flex"] = flex(x, x, x, causal)
        return all_ways
    if name == "score":
        h, t, d = int(words[4]), int(words[6]), int(words[8])
        x = random(words[2], 1, h, t, d)
        return {"flex": scored(words, x, h, t)}
    if name == "decode":
        q = random(kind, 1, size["H"], 1, size["D"])
        kv = random(kind, 1, size["G"], size["T"], size["D"])
        return attention(q, kv, kv, enable_gqa=True)
    if name in ("small", "calls"):
        # PyTorch takes one type only: the casts are its user's.
        q = random(words[1], 1, size["H"], 1, size["D"])
        k, v = (random(words[i], 1, size["H"], size["T"], size["D"]) for i in (2, 3))
        wide = torch.promote_types(torch.promote_types(q.dtype, k.dtype), v.dtype)
        body = lambda: F.scaled_dot_product_attention(q.to(wide), k.to(wide), v.to(wide))
        return {"eager": body, "graph": graphed(body)} if DEVICE == "cuda" else {"eager": body}
    raise ValueError(f"no such case: {name}")


print(f"ready {torch.__version__} on {torch.cuda.get_device_name(0) if DEVICE == 'cuda' else 'the processor'}", flush=True)
for line in sys.stdin:
    results, failures = {}, []
    words = line.split()
    try:
        if words[0] == "first":
            results["flex"] = first(words)
        else:
            for way, body in ways(words).items():
                try:
                    results[way] = per_call(body) if words[0] in ("calls", "step") else clock(body)
                except Exception as e:
                    failures.append(f"{way}: {str(e).splitlines()[0] if str(e) else type(e).__name__}")
    except Exception as e:
        failures.append(str(e).splitlines()[0] if str(e) else type(e).__name__)
    if results:
        best = min(results, key=results.get)
        others = ", ".join(f"{way} {micros:.1f}" for way, micros in results.items() if way != best)
        print(f"{results[best]:.2f} {best}" + (f" ({others})" if others else ""), flush=True)
    else:
        print("no way ran: " + "; ".join(failures).replace("|", "/"), flush=True)
