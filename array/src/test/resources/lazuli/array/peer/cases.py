"""Makes cases of NumPy and PyTorch and writes them to stdout for PeerTest.

stdin: one line for each row of operations, tab-separated: kind, label, low, high; a line "go" ends them.
stdout: a line "hello <tab> numpy VERSION <tab> torch VERSION or why not <tab> rows that NumPy lacks, separated
        by spaces", then cases, then "end".
A case is a line "case <tab> library <tab> operation <tab> arguments <tab> terms <tab> inputs <tab> outputs";
inputs and outputs are "dtype:2x3" separated by ";". Behind the line follow the raw bytes of the inputs and,
for each output, its values and the size of what was added up for them, both as float64.
An operation with "grad " before it stands for the gradients of sum(operation(inputs) * weights), where the
weights are the last input.
"""

import math
import re
import sys
import warnings

import numpy as np

warnings.filterwarnings("ignore")
np.seterr(all="ignore")
OUT = sys.stdout.buffer
RANDOM = np.random.default_rng(20261128)
NAMES = {"bool": "bool", "uint8": "u8", "uint16": "u16", "uint32": "u32", "uint64": "u64", "int8": "i8",
         "int16": "i16", "int32": "i32", "int64": "i64", "float16": "f16", "float32": "f32", "float64": "f64"}
SHAPES = [(), (0,), (1,), (17,), (2, 3, 5), (1, 7, 1), (33, 31)]
FLOATS = ["float16", "float32", "float64"]
TYPES = FLOATS + ["int32", "int64", "bool", "uint8", "int16"]

try:
    import torch

    torch.set_num_threads(1)
    TORCH = "torch " + torch.__version__
except ImportError as missing:
    torch, TORCH = None, "no PyTorch: " + str(missing)


def described(name, shape):
    return name + ":" + "x".join(str(size) for size in shape)


def raw(array):
    """The bytes and the description of an input; PyTorch's bfloat16 as it lies in memory."""
    if torch is not None and isinstance(array, torch.Tensor):
        if array.dtype == torch.bfloat16:
            return array.contiguous().view(torch.int16).numpy().tobytes(), described("bf16", array.shape)
        array = array.detach().numpy()
    return np.ascontiguousarray(array).tobytes(), described(NAMES[array.dtype.name], array.shape)


def doubles(value):
    if torch is not None and isinstance(value, torch.Tensor):
        value = value.detach().to(torch.float64).numpy()
    return np.asarray(value, dtype=np.float64)


def case(library, operation, arguments, inputs, outputs, scales=None, terms=1):
    """Writes a case; without scales, results are pointwise: of their own size, at least 0.001."""
    packed = [raw(array) for array in inputs]
    outputs = [doubles(out) for out in outputs]
    scales = [np.maximum(np.abs(out), 1e-3) for out in outputs] if scales is None else [
        np.broadcast_to(np.maximum(doubles(scale), 1e-3), out.shape) for scale, out in zip(scales, outputs)]
    line = ["case", library, operation, ",".join(str(a) for a in arguments), str(terms),
            ";".join(text for _, text in packed), ";".join(described("f64", out.shape) for out in outputs)]
    OUT.write(("\t".join(line) + "\n").encode())
    for data, _ in packed:
        OUT.write(data)
    for out, scale in zip(outputs, scales):
        OUT.write(np.ascontiguousarray(out).tobytes())
        OUT.write(np.ascontiguousarray(scale, dtype=np.float64).tobytes())


def sample(dtype, shape, low, high):
    values = low + (high - low) * RANDOM.random(shape)
    if dtype == "bool":
        return RANDOM.random(shape) < 0.5 if shape else np.array(True)
    if dtype in FLOATS:
        return np.asarray(values).astype(dtype)
    values = np.abs(values) if dtype.startswith("u") else values
    return np.asarray(np.rint(values)).astype(dtype)


def exactly(function, *inputs):
    """The function in its own type, but in float64 when it makes fractions of integers."""
    result = np.asarray(function(*inputs))
    if result.dtype.kind == "f" and all(x.dtype.kind != "f" for x in inputs):
        result = function(*(x.astype("float64") for x in inputs))
    return result


NUMPY_NAMES = {"neg": "negative", "sub": "subtract", "mul": "multiply", "div": "divide", "pow": "power", "gt": "greater",
               "ge": "greater_equal", "lt": "less", "le": "less_equal", "eq": "equal", "ne": "not_equal", "round": "rint",
               "bitwiseNot": "bitwise_not", "asin": "arcsin", "acos": "arccos", "atan": "arctan", "asinh": "arcsinh",
               "acosh": "arccosh", "atanh": "arctanh"}
TORCH_NAMES = {"arctan2": "atan2", "degrees": "rad2deg", "radians": "deg2rad", "logicalNot": "logical_not"}
NUMPY_EXTRA = {
    "rsqrt": lambda x: 1 / np.sqrt(x.astype("float64") if x.dtype.kind != "f" else x),
    "sigmoid": lambda x: 1 / (1 + np.exp(-x.astype("float64"))),
    "erf": np.vectorize(math.erf, otypes=["float64"]),
    "reciprocal": lambda x: 1 / x,
}


def snake(label):
    return re.sub("([A-Z])", lambda found: "_" + found.group(1).lower(), label)


def numpy_function(label):
    for name in (NUMPY_NAMES.get(label, label), snake(label), label.lower()):
        if label in NUMPY_EXTRA or hasattr(np, name):
            return NUMPY_EXTRA.get(label) or getattr(np, name)
    return None


def torch_function(label):
    for name in (TORCH_NAMES.get(label, label), snake(label), label.lower(), NUMPY_NAMES.get(label, label)):
        if hasattr(torch, name):
            return getattr(torch, name)
    return None


def pointwise_scale(result, *inputs):
    """Where exp and its like cancel, the operands' size counts."""
    scale = np.maximum(np.abs(np.asarray(result, dtype="float64")), 1e-3)
    for x in inputs:
        scale = np.maximum(scale, np.abs(np.asarray(x, dtype="float64")))
    return scale


def numpy_rows(rows):
    for kind, label, low, high in rows:
        function = numpy_function(label)
        if function is None:
            continue
        if kind == "unary":
            for dtype in TYPES:
                for shape in SHAPES:
                    x = sample(dtype, shape, low, high)
                    try:
                        result = exactly(function, x)
                    except TypeError:
                        continue
                    case("numpy", "unary " + label, [], [x], [result], [pointwise_scale(result, x)])
        if kind == "binary":
            for dtype in TYPES:
                for left, right in [((17,), (17,)), ((2, 3, 5), (3, 1)), ((4, 1, 3), (5, 1)), ((), (6,)), ((0, 3), (3,))]:
                    a, b = sample(dtype, left, low, high), sample(dtype, right, low, high)
                    if "Shift" in label and dtype == "bool":
                        continue  # NumPy shifts int8 instead; here bool stays bool
                    if label in ("pow", "leftShift", "rightShift") and dtype not in FLOATS:
                        b = np.abs(b)
                    try:
                        result = exactly(function, a, b)
                    except TypeError:
                        continue
                    case("numpy", "binary " + label, [], [a, b], [result])
        if kind == "reduction":
            for dtype in TYPES:
                for shape, axis in [((3, 5, 17), None), ((3, 5, 17), 0), ((3, 5, 17), -1), ((3, 5, 17), (0, 2)), ((64, 33), 1), ((1021,), 0)]:
                    reduction(function, label, dtype, shape, axis)


def reduction(function, label, dtype, shape, axis):
    x = sample(dtype, shape, 0.98, 1.02) if label == "prod" else sample(dtype, shape, -1, 2)
    wide = x.astype("float64") if dtype in FLOATS else x
    axes = [] if axis is None else list(axis) if isinstance(axis, tuple) else [axis]
    for keep in (0, 1):
        result = function(wide, axis=axis, keepdims=bool(keep))
        sizes = np.sum(np.abs(x.astype("float64")), axis=axis, keepdims=bool(keep))
        count = x.size // max(1, np.asarray(result).size)
        if label == "mean":
            sizes = sizes / count
        if label in ("max", "min", "any", "all"):
            sizes = np.zeros_like(sizes)
        case("numpy", "reduction " + label, [keep] + axes, [x], [result], [sizes], count)


def numpy_shapes():
    for dtype in ["float32", "float16", "int32", "bool", "float64", "uint8"]:
        x = sample(dtype, (4, 5, 6), -9, 9)
        for text in ["1", "-1, 2:, ::2", "..., 0", "::-1, 1:4, -3:", "0:0", ":, new, 2", "3:1:-1, ..., 1::2", "-100:100"]:
            index = eval("np.s_[" + text.replace("new", "None") + "]")
            case("numpy", "get", [text.replace(",", " ;")], [x], [x[index]])
        for order in [(2, 0, 1), (0, 2, 1), (2, 1, 0)]:
            case("numpy", "transpose", order, [x], [x.transpose(order)])
        for shape in [(120,), (2, -1), (5, 4, 3, 2), (1, 4, 30)]:
            case("numpy", "reshape", shape, [x], [x.reshape(shape)])
            case("numpy", "reshape of transposed", shape, [x], [x.T.reshape(shape)])
        case("numpy", "broadcastTo", (3, 4, 5), [x[:, :1, 0].T.reshape(1, 4, 1)], [np.broadcast_to(x[:, :1, 0].T.reshape(1, 4, 1), (3, 4, 5))])
        case("numpy", "squeeze", [], [x[:1, :, :1]], [x[:1, :, :1].squeeze()])
        for axis in (0, 1, 2, -1):
            case("numpy", "expandDims", [axis], [x], [np.expand_dims(x, axis)])
            case("numpy", "argmax", [axis], [x], [np.argmax(x, axis)])
            case("numpy", "argmin", [axis], [x], [np.argmin(x, axis)])
        for to in ["float32", "float64", "float16", "int32", "int64", "int16", "bool"]:
            case("numpy", "astype", [NAMES[to]], [x], [x.astype(to)])
        mask = sample("bool", (4, 1, 6), 0, 1)
        y = sample(dtype, (5, 1), -9, 9)
        case("numpy", "where", [], [mask, x, y], [np.where(mask, x, y)])


def numpy_products():
    for dtype in FLOATS:
        for left, right in [((2, 3), (3, 4)), ((1, 1), (1, 1)), ((17, 33), (33, 5)), ((64, 64), (64, 64)), ((3,), (3, 2)), ((4, 3), (3,)), ((3,), (3,)),
                            ((2, 1, 5, 7), (3, 7, 2)), ((0, 3), (3, 2)), ((2, 0), (0, 3)), ((1, 65), (65, 63)), ((129, 9), (9, 1))]:
            a, b = sample(dtype, left, -1, 1), sample(dtype, right, -1, 1)
            wide = [x.astype("float64") for x in (a, b)]
            case("numpy", "matmul", [], [a, b], [wide[0] @ wide[1]], [np.abs(wide[0]) @ np.abs(wide[1])], left[-1])
    for dtype in FLOATS:
        for shape, axis in [((17,), 0), ((3, 5), -1), ((3, 5), 0), ((2, 3, 65), -1), ((1, 1), 1)]:
            x = sample(dtype, shape, -4, 4)
            wide = x.astype("float64")
            e = np.exp(wide - wide.max(axis, keepdims=True))
            case("numpy", "softmax", [axis], [x], [e / e.sum(axis, keepdims=True)], terms=shape[axis])
            result = np.log(np.exp(wide).sum(axis))
            case("numpy", "logSumExp", [axis], [x], [result], [np.maximum(np.abs(result), 4)], shape[axis])


def numpy_orders():
    for dtype in ["float32", "float64", "int32", "uint8", "float16"]:
        x = sample(dtype, (4, 5, 6), -9, 9)
        wide = x.astype("float64") if dtype in FLOATS else x
        for axis in (0, 1, -1):
            case("numpy", "cumsum", [axis], [x], [np.cumsum(wide, axis)], [np.cumsum(np.abs(wide), axis)], 6)
            case("numpy", "cumprod", [axis], [x // 3 + 1], [np.cumprod((wide // 3 + 1), axis)], terms=6)
            case("numpy", "cummax", [axis], [x], [np.maximum.accumulate(x, axis)])
            case("numpy", "cummin", [axis], [x], [np.minimum.accumulate(x, axis)])
            case("numpy", "sort", [axis], [x], [np.sort(x, axis)])
            case("numpy", "argsort", [axis], [x], [np.argsort(x, axis, kind="stable")])
            case("numpy", "median", [axis], [x], [np.median(wide, axis)], [np.full((), 9.0)])
            case("numpy", "flip", [axis], [x], [np.flip(x, axis)])
            case("numpy", "roll", [2, axis], [x], [np.roll(x, 2, axis)])
            case("numpy", "repeat", [3, axis], [x], [np.repeat(x, 3, axis)])
            for ddof in (0, 1):
                case("numpy", "var", [ddof, axis], [x], [np.var(wide, axis, ddof=ddof)], [np.full((), 81.0)], 6)
                case("numpy", "std", [ddof, axis], [x], [np.std(wide, axis, ddof=ddof)], [np.full((), 81.0)], 6)
        y = sample(dtype, (4, 2, 6), -9, 9)
        case("numpy", "concatenate", [1], [x, y, x], [np.concatenate([x, y, x], 1)])
        case("numpy", "stack", [1], [x, x], [np.stack([x, x], 1)])
        case("numpy", "tile", [2, 1, 3], [x], [np.tile(x, (2, 1, 3))])
        matrix = x[0]
        for offset in (-2, 0, 1):
            case("numpy", "tril", [offset], [matrix], [np.tril(matrix, offset)])
            case("numpy", "triu", [offset], [matrix], [np.triu(matrix, offset)])
            case("numpy", "diagonal", [offset], [matrix], [np.diagonal(matrix, offset)])
        index = RANDOM.integers(-5, 5, (3, 2)).astype("int32")
        case("numpy", "take", [1], [x, index], [np.take(x, index, 1)])
        along = RANDOM.integers(0, 5, (4, 7, 6)).astype("int32")
        case("numpy", "takeAlongAxis", [1], [x, along], [np.take_along_axis(x, along, 1)])
        case("numpy", "mask", [], [x, x > 0], [x[x > 0]])
        edges = np.sort(x[0, 0])
        case("numpy", "searchsorted", [], [edges, matrix], [np.searchsorted(edges, matrix)])
        case("numpy", "countNonzero", [1], [x], [np.count_nonzero(x, 1)])
        case("numpy", "pad", [1, 2, 0, 3], [matrix], [np.pad(matrix, ((1, 2), (0, 3)))])


def numpy_contractions():
    for dtype in FLOATS:
        def operands(*shapes):
            return [sample(dtype, shape, -1, 1) for shape in shapes]

        for text, shapes in [("ij,jk->ik", [(3, 4), (4, 5)]), ("ij,kj->ik", [(3, 4), (5, 4)]), ("bij,bjk->bik", [(2, 3, 4), (2, 4, 5)]), ("ii->i", [(4, 4)]),
                             ("ij->ji", [(3, 4)]), ("ij->", [(3, 4)]), ("i,i->", [(7,), (7,)]), ("i,j->ij", [(3,), (4,)]), ("bhqd,bhkd->bhqk", [(2, 3, 4, 5), (2, 3, 6, 5)]),
                             ("ij,jk,kl->il", [(3, 4), (4, 5), (5, 2)]), ("...ij,...jk->...ik", [(2, 3, 4), (2, 4, 5)]), ("ij,j->i", [(3, 4), (4,)]), ("ab,cd->abcd", [(2, 3), (4, 5)])]:
            inputs = operands(*shapes)
            wide = [x.astype("float64") for x in inputs]
            case("numpy", "einsum", [text.replace(",", " ")], inputs, [np.einsum(text, *wide)], [np.einsum(text, *(np.abs(x) for x in wide))], 40)
        a, b = operands((3, 4), (5, 2))
        case("numpy", "kron", [], [a, b], [np.kron(a.astype("float64"), b.astype("float64"))])
        a, b = operands((5,), (3,))
        case("numpy", "outer", [], [a, b], [np.outer(a.astype("float64"), b.astype("float64"))])
        c, a, b = operands((3, 5), (3, 4), (4, 5))
        wide = [x.astype("float64") for x in (c, a, b)]
        case("numpy", "addmm", [], [c, a, b], [wide[0] + wide[1] @ wide[2]], [np.full((), 5.0)], 5)


MORE = [numpy_orders, numpy_contractions]


def torch_rows(rows):
    types = {"f32": torch.float32, "f64": torch.float64, "bf16": torch.bfloat16}
    for kind, label, low, high in rows:
        function = torch_function(label)
        if function is None:
            continue
        for name, dtype in types.items():
            shapes = [((17,), (17,)), ((2, 3, 5), (3, 1))] if kind == "binary" else [((3, 5),), ((19,),)]
            for shape in shapes if kind in ("unary", "binary") else []:
                inputs = [torch.tensor(sample("float64", s, low, high)).to(dtype) for s in shape]
                try:
                    result = function(*inputs)
                except (RuntimeError, TypeError):
                    continue
                sizes = [pointwise_scale(doubles(result), *(doubles(x) if kind == "unary" else 0 for x in inputs))]
                case("torch", kind + " " + label, [], inputs, [result], sizes)
                if dtype != torch.bfloat16 and result.dtype == dtype:
                    gradients("grad " + kind + " " + label, [], function, inputs)
        if kind == "reduction" and label not in ("any", "all"):
            for name, dtype in types.items():
                for axis in (0, 1):
                    x = torch.tensor(sample("float64", (7, 6), 0.5, 1.5) if label == "prod" else sample("float64", (7, 6), -2, 2)).to(dtype)
                    call = {"max": lambda x: torch.amax(x, axis), "min": lambda x: torch.amin(x, axis)}.get(label, lambda x: function(x, axis))
                    if dtype != torch.bfloat16:
                        gradients("grad reduction " + label, [0, axis], call, [x], 7)


def gradients(operation, arguments, function, inputs, terms=1):
    leaves = [x.clone().requires_grad_(True) for x in inputs]
    result = function(*leaves)
    weights = torch.tensor(sample("float64", tuple(result.shape), 0.5, 1.5)).to(result.dtype)
    loss = (result * weights).sum()
    if loss.grad_fn is None:
        return
    try:
        found = torch.autograd.grad(loss, leaves, allow_unused=True)
    except RuntimeError as missing:
        if "not implemented" in str(missing):
            return
        raise
    found = [torch.zeros_like(x) if g is None else g for x, g in zip(leaves, found)]
    # What is added up for a gradient: the same function's gradient where every step keeps its size is not
    # known here, so the largest of the row counts, at least 1.
    scales = [np.maximum(np.abs(doubles(g)).max() if g.numel() else 0, 1) for g in found]
    case("torch", operation, arguments, inputs + [weights], found, scales, max(terms, 4))


def squares(*parts):
    """What does not change with the signs that a factorisation is free to choose."""
    return torch.cat([part.square().reshape(-1) for part in parts])


def torch_models():
    F = torch.nn.functional

    def tensor(dtype, *shape):
        return torch.tensor(sample("float64", shape, -1, 1)).to(dtype)

    for dtype in (torch.float32, torch.float64):
        for left, right in [((2, 3), (3, 4)), ((17, 9), (9, 5)), ((2, 1, 5, 7), (3, 7, 2)), ((3,), (3, 2)), ((4, 3), (3,))]:
            gradients("grad matmul", [], torch.matmul, [tensor(dtype, *left), tensor(dtype, *right)], left[-1])
        for axis in (0, 1):
            gradients("grad softmax", [axis], lambda x: torch.softmax(x, axis), [tensor(dtype, 5, 6) * 3], 6)
            gradients("grad logSumExp", [axis], lambda x: torch.logsumexp(x, axis), [tensor(dtype, 5, 6) * 3], 6)
        gradients("grad transpose", (2, 0, 1), lambda x: x.permute(2, 0, 1), [tensor(dtype, 2, 3, 4)])
        gradients("grad reshape", (4, -1), lambda x: x.reshape(4, -1), [tensor(dtype, 2, 3, 4)])
        gradients("grad get", ["1: ; ::2"], lambda x: x[1:, ::2], [tensor(dtype, 4, 5)])
        gradients("grad broadcastTo", (3, 4, 5), lambda x: x.expand(3, 4, 5), [tensor(dtype, 4, 1)], 15)
        gradients("grad expandDims", [1], lambda x: x.unsqueeze(1), [tensor(dtype, 4, 5)])
        for shape in [(4, 4), (6, 3), (3, 6), (2, 5, 3), (1, 1)]:
            x = tensor(dtype, *shape) + 2 * torch.eye(shape[-2], shape[-1], dtype=dtype)
            gradients("grad qr squares", [], lambda x: squares(*torch.linalg.qr(x)), [x], 100)
            gradients("grad svd squares", [], lambda x: squares(*torch.linalg.svd(x, full_matrices=False)), [x], 400)
        gradients("grad mse", [], lambda x, y: ((torch.tanh(x) - y) ** 2).mean(0), [tensor(dtype, 9, 5), tensor(dtype, 9, 5)], 9)
        gradients("grad mlp", [], lambda x, w, v: torch.relu(x @ w) @ v, [tensor(dtype, 9, 5), tensor(dtype, 5, 7), tensor(dtype, 7, 3)], 63)
    for dtype in (torch.float32, torch.float64, torch.bfloat16):
        for b, hq, hkv, tq, tk, d in [(1, 1, 1, 1, 1, 1), (2, 4, 2, 5, 5, 8), (1, 2, 2, 17, 33, 16), (1, 8, 1, 1, 40, 32), (1, 1, 1, 64, 64, 64)]:
            q, k, v = tensor(dtype, b, hq, tq, d), tensor(dtype, b, hkv, tk, d), tensor(dtype, b, hkv, tk, d)
            wide = [x.to(torch.float64) for x in (q, k, v)]
            result = F.scaled_dot_product_attention(*wide, enable_gqa=True)
            case("torch", "sdpa", [], [q, k, v], [result], [np.ones(())], tk + d)
            if tq == tk:
                result = F.scaled_dot_product_attention(*wide, enable_gqa=True, is_causal=True)
                case("torch", "sdpa causal", [], [q, k, v], [result], [np.ones(())], tk + d)
            if dtype != torch.bfloat16 and tq == tk:
                gradients("grad sdpa causal", [], lambda q, k, v: F.scaled_dot_product_attention(q, k, v, enable_gqa=True, is_causal=True), [q, k, v], 4 * (tk + d))


def main():
    rows = []
    for line in sys.stdin:
        words = line.rstrip("\n").split("\t")
        if words[0] == "go":
            break
        rows.append((words[0], words[1], float(words[2]), float(words[3])))
    lacking = [label for _, label, _, _ in rows if numpy_function(label) is None]
    OUT.write(("\t".join(["hello", "numpy " + np.__version__, TORCH, " ".join(lacking)]) + "\n").encode())
    numpy_rows(rows)
    numpy_shapes()
    numpy_products()
    for more in MORE:
        more()
    if torch is not None:
        torch_rows(rows)
        torch_models()
    OUT.write(b"end\n")
    OUT.flush()


main()
