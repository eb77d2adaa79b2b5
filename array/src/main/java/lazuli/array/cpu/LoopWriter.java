package lazuli.array.cpu;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import lazuli.array.type.DType;

/**
 * Writes the class of a {@link Segment}: one loop over vectors in which every value lives in a
 * local variable, and the same once more with a mask for the elements that are left.
 *
 * <pre>{@code
 * public void run(long[] at, int n) {
 *   long a0 = at[0]; ...
 *   FloatVector c3 = FloatVector.broadcast(Species.F32, Memory.getFloat(at[3])); ...
 *   int i = 0;
 *   for (int last = n - LANES; i <= last; i += LANES) {
 *     FloatVector v = FloatVector.fromMemorySegment(Species.F32, Memory.ALL, a0 + 4L * i, order);
 *     v = v.lanewise(VectorOperators.MUL, c3);
 *     ...
 *     v.intoMemorySegment(Memory.ALL, a4 + 4L * i, order);
 *   }
 *   if (i < n) tail(at, i, n);
 * }
 * }</pre>
 */
final class LoopWriter {
  private static final ClassDesc LOOP =
      ClassDesc.of(LoopWriter.class.getPackageName(), "GeneratedLoop");
  private static final ClassDesc MEMORY = desc(Memory.class);
  private static final ClassDesc ROWS = desc(Rows.class);
  private static final ClassDesc HALVES = desc(Halves.class);
  private static final ClassDesc SEGMENT = desc(MemorySegment.class);
  private static final ClassDesc ORDER = desc(ByteOrder.class);
  private static final ClassDesc OPERATORS = desc(VectorOperators.class);
  private static final ClassDesc COMPARISON = desc(VectorOperators.Comparison.class);
  private static final ClassDesc CONVERSION = desc(VectorOperators.Conversion.class);
  private static final ClassDesc UNARY = desc(VectorOperators.Unary.class);
  private static final ClassDesc BINARY = desc(VectorOperators.Binary.class);
  private static final ClassDesc VECTOR = desc(Vector.class);
  private static final ClassDesc MASK = desc(VectorMask.class);
  private static final ClassDesc SPECIES = desc(VectorSpecies.class);
  private static final ClassDesc ADDRESSES = CD_long.arrayType();
  private static final MethodTypeDesc RUN = MethodTypeDesc.of(CD_void, ADDRESSES, CD_int);
  private static final MethodTypeDesc TAIL = MethodTypeDesc.of(CD_void, ADDRESSES, CD_int, CD_int);

  private final Segment segment;
  private final CodeBuilder code;

  /** The local variable of the number of the element; further ones follow. */
  private final int index;

  private int locals;

  /** The local variables with the addresses of slots in memory. */
  private final Map<Integer, Integer> addresses = new HashMap<>();

  /** What slots hold at this place of the code. */
  private final Map<Integer, Value> values = new HashMap<>();

  /** The masks of the elements that are left, by bank; empty in the loop. */
  private final Map<Bank, Integer> masks = new EnumMap<>(Bank.class);

  /**
   * A value in a local variable.
   *
   * @param bank of the vector, or of the vectors whose comparison gave the mask
   * @param mask whether it is a mask that stands for a vector of 0 and 1
   */
  private record Value(int local, Bank bank, boolean mask) {}

  private LoopWriter(Segment segment, CodeBuilder code, int index, int locals) {
    this.segment = segment;
    this.code = code;
    this.index = index;
    this.locals = locals;
  }

  /** The class file of a segment's loop; the class implements {@link Stage}. */
  static byte[] write(Segment segment) {
    return ClassFile.of()
        .build(
            LOOP,
            loop ->
                loop.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SYNTHETIC)
                    .withInterfaceSymbols(desc(Stage.class))
                    .withMethodBody(
                        INIT_NAME,
                        MTD_void,
                        0,
                        c -> c.aload(0).invokespecial(CD_Object, INIT_NAME, MTD_void).return_())
                    .withMethodBody(
                        "run",
                        RUN,
                        ClassFile.ACC_PUBLIC,
                        c -> new LoopWriter(segment, c, 3, 5).loop())
                    .withMethodBody(
                        "tail",
                        TAIL,
                        ClassFile.ACC_PRIVATE | ClassFile.ACC_STATIC,
                        c -> new LoopWriter(segment, c, 1, 3).tail()));
  }

  /** The lanes of a segment's vectors. */
  static int lanes(Segment segment) {
    return segment.wide() ? Species.LANES64 : Species.LANES;
  }

  /** run: this in 0, the addresses in 1, n in 2, the element in 3, the last whole vector in 4. */
  private void loop() {
    int lanes = lanes(segment);
    Label top = code.newLabel();
    Label end = code.newLabel();
    Label out = code.newLabel();
    prepare(1);
    code.iload(2).loadConstant(lanes).isub().istore(4).iconst_0().istore(index);
    code.labelBinding(top).iload(index).iload(4).if_icmpgt(end);
    body();
    code.iinc(index, lanes).goto_(top).labelBinding(end);
    code.iload(index).iload(2).if_icmpge(out);
    code.aload(1).iload(index).iload(2).invokestatic(LOOP, "tail", TAIL);
    code.labelBinding(out).return_();
  }

  /** tail: the addresses in 0, the element in 1, n in 2. */
  private void tail() {
    prepare(0);
    for (Bank bank : Bank.values()) {
      boolean occurs = segment.loads().containsValue(bank) || segment.stores().containsValue(bank);
      if (occurs) {
        species(bank).iconst_0().iload(2).iload(index).isub();
        code.invokeinterface(SPECIES, "indexInRange", MethodTypeDesc.of(MASK, CD_int, CD_int));
        masks.put(bank, store());
      }
    }
    body();
    code.return_();
  }

  /** Addresses and constants, which stay the same in the loop. */
  private void prepare(int array) {
    segment.loads().keySet().forEach(slot -> address(array, slot));
    segment.stores().keySet().forEach(slot -> address(array, slot));
    segment
        .constants()
        .forEach(
            (slot, bank) -> {
              species(bank).aload(array).loadConstant(slot).laload();
              String get =
                  switch (bank) {
                    case F32 -> "getFloat";
                    case F64 -> "getDouble";
                    case I32 -> "getInt";
                    case I64 -> "getLong";
                  };
              code.invokestatic(MEMORY, get, MethodTypeDesc.of(element(bank), CD_long))
                  .invokestatic(
                      vector(bank),
                      "broadcast",
                      MethodTypeDesc.of(vector(bank), SPECIES, element(bank)));
              values.put(slot, new Value(store(), bank, false));
            });
  }

  private void address(int array, int slot) {
    if (!addresses.containsKey(slot)) {
      code.aload(array).loadConstant(slot).laload().lstore(locals);
      addresses.put(slot, locals);
      locals += 2;
    }
  }

  /** Every operation, from operands in memory to results in memory. */
  private void body() {
    for (Segment.Operation o : segment.operations()) {
      values.put(o.to(), result(o));
    }
    segment
        .stores()
        .forEach(
            (slot, bank) -> {
              vector(slot);
              DType half = segment.halves().get(slot);
              if (half != null) {
                putHalf(slot, half);
                return;
              }
              where(slot, bank);
              if (masks.isEmpty()) {
                code.invokevirtual(
                    vector(bank),
                    "intoMemorySegment",
                    MethodTypeDesc.of(CD_void, SEGMENT, CD_long, ORDER));
              } else {
                code.aload(mask(bank))
                    .invokevirtual(
                        vector(bank),
                        "intoMemorySegment",
                        MethodTypeDesc.of(CD_void, SEGMENT, CD_long, ORDER, MASK));
              }
            });
    segment.loads().keySet().forEach(values::remove);
  }

  private Value result(Segment.Operation o) {
    VectorForm form = o.form();
    ClassDesc from = vector(form.from());
    ClassDesc to = vector(form.to());
    switch (form.kind()) {
      case UNARY -> {
        vector(o.a());
        operator(form.operator());
        code.invokevirtual(from, "lanewise", MethodTypeDesc.of(to, UNARY));
      }
      case BINARY -> {
        vector(o.a());
        operator(form.operator());
        vector(o.b());
        code.invokevirtual(from, "lanewise", MethodTypeDesc.of(to, BINARY, VECTOR));
      }
      case COMPARE -> {
        vector(o.a());
        operator(form.operator());
        vector(o.b());
        code.invokevirtual(from, "compare", MethodTypeDesc.of(MASK, COMPARISON, VECTOR));
        return new Value(store(), form.from(), true);
      }
      case TRUTH -> {
        Value value = value(o.a(), form.from());
        return value.mask ? value : test("NE", o.a(), form.from());
      }
      case FALSE -> {
        Value value = value(o.a(), form.from());
        if (!value.mask) {
          return test("EQ", o.a(), form.from());
        }
        code.aload(value.local).invokevirtual(MASK, "not", MethodTypeDesc.of(MASK));
        return new Value(store(), value.bank, true);
      }
      case SELECT -> {
        vector(o.c());
        vector(o.b());
        Value condition = value(o.a(), Bank.I32);
        Value mask = condition.mask ? condition : test("NE", o.a(), Bank.I32);
        cast(mask, form.to());
        code.invokevirtual(to, "blend", MethodTypeDesc.of(to, VECTOR, MASK));
      }
      case CONVERT -> {
        vector(o.a());
        operator(form.operator());
        species(form.to())
            .iconst_0()
            .invokevirtual(
                from, "convertShape", MethodTypeDesc.of(VECTOR, CONVERSION, SPECIES, CD_int))
            .checkcast(to);
      }
      case SAME -> {
        return value(o.a(), form.from());
      }
      case UNSIGNED -> {
        vector(o.a());
        operator("AND");
        code.loadConstant((1L << form.bits()) - 1);
        lanewise(form.to());
      }
      case SIGNED -> {
        int rest = 8 * form.to().bytes() - form.bits();
        vector(o.a());
        operator("LSHL");
        code.loadConstant((long) rest);
        lanewise(form.to());
        operator("ASHR");
        code.loadConstant((long) rest);
        lanewise(form.to());
      }
    }
    return new Value(store(), form.to(), false);
  }

  /** A binary operation on the vector and the whole number on the stack. */
  private void lanewise(Bank bank) {
    code.invokevirtual(vector(bank), "lanewise", MethodTypeDesc.of(vector(bank), BINARY, CD_long));
  }

  /** Which lanes of a slot compare so with 0. */
  private Value test(String comparison, int slot, Bank bank) {
    vector(slot);
    operator(comparison);
    species(bank)
        .invokestatic(vector(bank), "zero", MethodTypeDesc.of(vector(bank), SPECIES))
        .invokevirtual(vector(bank), "compare", MethodTypeDesc.of(MASK, COMPARISON, VECTOR));
    return new Value(store(), bank, true);
  }

  /** What a slot holds; read from memory when nothing wrote it yet. */
  private Value value(int slot, Bank bank) {
    Value known = values.get(slot);
    if (known != null) {
      return known;
    }
    DType half = segment.halves().get(slot);
    if (half != null) {
      half(slot, half);
      Value widened = new Value(store(), bank, false);
      values.put(slot, widened);
      return widened;
    }
    species(bank);
    where(slot, bank);
    if (masks.isEmpty()) {
      code.invokestatic(
          vector(bank),
          "fromMemorySegment",
          MethodTypeDesc.of(vector(bank), SPECIES, SEGMENT, CD_long, ORDER));
    } else {
      code.aload(mask(bank))
          .invokestatic(
              vector(bank),
              "fromMemorySegment",
              MethodTypeDesc.of(vector(bank), SPECIES, SEGMENT, CD_long, ORDER, MASK));
    }
    Value loaded = new Value(store(), bank, false);
    values.put(slot, loaded);
    return loaded;
  }

  /** Pushes what a slot holds as a vector. */
  private void vector(int slot) {
    Value value = values.get(slot);
    if (value == null) {
      value = value(slot, segment.bank(slot));
    }
    if (!value.mask) {
      code.aload(value.local);
      return;
    }
    ClassDesc ints = vector(Bank.I32);
    species(Bank.I32).invokestatic(ints, "zero", MethodTypeDesc.of(ints, SPECIES)).iconst_1();
    cast(value, Bank.I32);
    code.invokevirtual(ints, "blend", MethodTypeDesc.of(ints, CD_int, MASK));
    Value made = new Value(store(), Bank.I32, false);
    values.put(slot, made);
    code.aload(made.local);
  }

  /** Pushes a mask as one of a bank's vectors. */
  private void cast(Value mask, Bank bank) {
    code.aload(mask.local);
    if (mask.bank != bank) {
      species(bank).invokevirtual(MASK, "cast", MethodTypeDesc.of(MASK, SPECIES));
    }
  }

  /** Pushes the memory, the place and the order of a slot's elements. */
  private void where(int slot, Bank bank) {
    code.getstatic(MEMORY, "ALL", SEGMENT);
    place(slot, bank.bytes() == 8 ? 3 : 2);
    code.invokestatic(ORDER, "nativeOrder", MethodTypeDesc.of(ORDER));
  }

  /** Pushes the address of a slot's element, whose size is a power of two. */
  private void place(int slot, int power) {
    code.lload(Objects.requireNonNull(addresses.get(slot)))
        .iload(index)
        .i2l()
        .loadConstant(power)
        .lshl()
        .ladd();
  }

  /** Pushes a slot's halves, widened. */
  private void half(int slot, DType type) {
    boolean bf16 = type == DType.BF16;
    ClassDesc floats = vector(Bank.F32);
    place(slot, 1);
    if (masks.isEmpty()) {
      code.invokestatic(
          bf16 ? ROWS : HALVES, bf16 ? "bf16" : "f16", MethodTypeDesc.of(floats, CD_long));
    } else {
      left();
      code.invokestatic(
          bf16 ? ROWS : HALVES, bf16 ? "bf16" : "f16", MethodTypeDesc.of(floats, CD_long, CD_int));
    }
  }

  /** Pops floats and writes them to a slot's halves, rounded. */
  private void putHalf(int slot, DType type) {
    boolean bf16 = type == DType.BF16;
    ClassDesc owner = bf16 ? ROWS : HALVES;
    String name = bf16 ? "putBf16" : "putF16";
    ClassDesc floats = vector(Bank.F32);
    int value = store();
    place(slot, 1);
    code.aload(value);
    if (masks.isEmpty()) {
      code.invokestatic(owner, name, MethodTypeDesc.of(CD_void, CD_long, floats));
    } else {
      left();
      code.invokestatic(owner, name, MethodTypeDesc.of(CD_void, CD_long, floats, CD_int));
    }
  }

  /** Pushes how many elements are left; in the tail only. */
  private void left() {
    code.iload(2).iload(index).isub();
  }

  private int mask(Bank bank) {
    return Objects.requireNonNull(masks.get(bank));
  }

  /** Pops a vector or a mask into a new local variable. */
  private int store() {
    code.astore(locals);
    return locals++;
  }

  /** Pushes a vector operator. */
  private void operator(String name) {
    try {
      code.getstatic(OPERATORS, name, desc(VectorOperators.class.getField(name).getType()));
    } catch (NoSuchFieldException e) {
      throw new IllegalStateException("no vector operator is called " + name, e);
    }
  }

  /** Pushes the species of a bank's vectors: as many lanes as the widest elements allow. */
  private CodeBuilder species(Bank bank) {
    boolean half = segment.wide() && bank.bytes() == 4;
    return code.getstatic(desc(Species.class), half ? bank + "_HALF" : bank.name(), SPECIES);
  }

  private static ClassDesc vector(Bank bank) {
    return desc(
        switch (bank) {
          case F32 -> FloatVector.class;
          case F64 -> DoubleVector.class;
          case I32 -> IntVector.class;
          case I64 -> LongVector.class;
        });
  }

  private static ClassDesc element(Bank bank) {
    return switch (bank) {
      case F32 -> CD_float;
      case F64 -> CD_double;
      case I32 -> CD_int;
      case I64 -> CD_long;
    };
  }

  private static ClassDesc desc(Class<?> type) {
    return type.describeConstable().orElseThrow();
  }
}
