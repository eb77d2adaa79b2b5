package lazuli.array.op;

/** What every backend runs: the closed set of core operations that compute something. */
public sealed interface Primitive extends Op
    permits Fused,
        FusedReduce,
        FusedMatMul,
        Reduce,
        ArgReduce,
        MatMul,
        Copy,
        SliceUpdate,
        Fill,
        Arange,
        Random,
        Gather,
        Scatter,
        TakeAlong,
        PutAlong,
        Concat,
        Bitcast,
        Sort,
        ArgSort,
        SearchSorted,
        Scan,
        Factor,
        FactorGradient {}
