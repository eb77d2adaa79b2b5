package lazuli.gpu.kernels;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import lazuli.array.backend.Kernel;
import lazuli.array.backend.View;
import lazuli.array.op.Fused;
import lazuli.array.profile.Work;
import lazuli.array.type.DType;
import lazuli.gpu.driver.Driver;
import lazuli.gpu.exec.Gpu;
import lazuli.gpu.exec.GpuPool;
import lazuli.gpu.ptx.Code;
import lazuli.gpu.ptx.Element;
import lazuli.gpu.ptx.Kind;
import lazuli.gpu.ptx.Reg;

/**
 * One pass over memory for a whole program of pointwise operations. Operands that lie in order are
 * read several elements at a time; others by dividing the element's number.
 *
 * @param gpu the device
 * @param program what each element becomes
 * @param work for reports
 */
public record FusedKernel(Gpu gpu, Fused program, Work work) implements Kernel {
  private static final int THREADS = 256;
  private static final int BLOCKS_PER_MULTIPROCESSOR = 8;

  /** How operands are read: in order, one for all, or by strides in so many dimensions. */
  private record Form(List<Character> reads, int rank, int width) {}

  @Override
  public String name() {
    return "fused";
  }

  @Override
  public boolean takesParameters() {
    return true;
  }

  @Override
  public void launch(List<View> inputs, View output) {
    launch(inputs, output, new Number[0]);
  }

  @Override
  public void launch(List<View> inputs, View output, Number[] parameters) {
    int n = (int) output.shape().size();
    if (n == 0) {
      return;
    }
    List<long[]> strides = new ArrayList<>();
    strides.add(output.strides());
    inputs.forEach(view -> strides.add(view.strides()));
    Walk walk = Walk.of(output.shape(), strides);
    List<Character> reads = new ArrayList<>();
    boolean strided = false;
    for (int i = 1; i <= inputs.size(); i++) {
      char read = walk.single(i) ? 's' : walk.linear(i) ? 'l' : 'd';
      strided |= read == 'd';
      reads.add(read);
    }
    int width = strided ? 1 : width(n, inputs, reads, output);
    Form form = new Form(reads, strided ? walk.rank() : 0, width);
    String key = "fused " + form + output.dtype() + ProgramCode.key(program);
    long function = gpu.function(key, () -> code(form, program, output.dtype()));
    List<Number> arguments = Gpu.arguments(n / width, GpuPool.address(output));
    inputs.forEach(view -> arguments.add(GpuPool.address(view)));
    if (strided) {
      arguments.addAll(Gpu.arguments(walk.dims()));
      for (int i = 1; i <= inputs.size(); i++) {
        if (reads.get(i - 1) == 'd') {
          arguments.addAll(Gpu.arguments(walk.strides()[i]));
        }
      }
    }
    arguments.addAll(ProgramCode.arguments(program, parameters));
    int blocks = (n / width + THREADS - 1) / THREADS;
    int most = gpu.multiprocessors() * BLOCKS_PER_MULTIPROCESSOR;
    Driver.Grid grid = new Driver.Grid(Math.min(blocks, most), 1, 1, THREADS, 0);
    gpu.launch(program.label(), function, grid, arguments);
  }

  /** {@return how many elements a thread takes at once: what 16 bytes of the widest type hold} */
  private static int width(int n, List<View> inputs, List<Character> reads, View output) {
    int bytes = output.dtype().bytes();
    for (View view : inputs) {
      bytes = Math.max(bytes, view.dtype().bytes());
    }
    int width = bytes == 8 ? 2 : 4;
    boolean fits =
        n % width == 0 && GpuPool.address(output) % (width * output.dtype().bytes()) == 0;
    for (int i = 0; i < inputs.size(); i++) {
      View view = inputs.get(i);
      fits &= reads.get(i) != 'l' || GpuPool.address(view) % (width * view.dtype().bytes()) == 0;
    }
    return fits ? width : 1;
  }

  static Code code(Form form, Fused program, DType result) {
    Code c = new Code("fused", THREADS);
    Reg n = c.param(Kind.B32);
    Reg to = c.param(Kind.B64);
    int count = form.reads.size();
    DType[] types = new DType[count];
    for (Fused.Instruction i : program.program()) {
      if (i instanceof Fused.Load load) {
        types[load.input()] = load.dtype();
      }
    }
    Reg[] bases = new Reg[count];
    for (int i = 0; i < count; i++) {
      bases[i] = c.param(Kind.B64);
    }
    boolean strided = form.reads.contains('d');
    Reg[] sizes = Walk.sizeParams(c, strided ? form.rank : 0);
    List<Reg[]> steps = new ArrayList<>();
    List<Integer> which = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      if (form.reads.get(i) == 'd') {
        steps.add(Walk.stepParams(c, form.rank));
        which.add(i);
      }
    }
    Map<Integer, Reg> constants = ProgramCode.parameters(c, program);
    Reg index = Emit.globalThread(c);
    Reg all = Emit.globalThreads(c);
    Emit.each(
        c,
        index,
        all,
        n,
        () -> {
          Reg[] offsets = Walk.offsets(c, index, sizes, steps.toArray(Reg[][]::new));
          Reg[][] loaded = new Reg[count][];
          for (int i = 0; i < count; i++) {
            int bytes = types[i].bytes();
            loaded[i] =
                switch (form.reads.get(i)) {
                  case 's' ->
                      new Reg[] {Element.load(c, ".global", types[i], Code.at(bases[i], 0))};
                  case 'l' ->
                      Element.loadVector(
                          c,
                          ".global",
                          types[i],
                          Emit.address(c, bases[i], index, bytes * form.width),
                          form.width);
                  default -> {
                    Reg at = Emit.address(c, bases[i], offsets[which.indexOf(i)], bytes);
                    yield new Reg[] {Element.load(c, ".global", types[i], Code.at(at, 0))};
                  }
                };
          }
          Reg[] values = new Reg[form.width];
          for (int lane = 0; lane < form.width; lane++) {
            int at = lane;
            values[lane] =
                ProgramCode.write(
                    c, program, constants, i -> loaded[i][loaded[i].length == 1 ? 0 : at]);
          }
          Reg address = Emit.address(c, to, index, result.bytes() * form.width);
          Element.storeVector(c, ".global", result, address, values);
        });
    return c;
  }

  /** {@return the kernel for operands that all lie in order, for checks of the text} */
  public static Code contiguous(Fused program, int inputs, DType result, int width) {
    List<Character> reads = new ArrayList<>();
    for (int i = 0; i < inputs; i++) {
      reads.add('l');
    }
    return code(new Form(reads, 0, width), program, result);
  }

  /** {@return the kernel for strided operands, for checks of the text} */
  public static Code strided(Fused program, int inputs, DType result, int rank) {
    List<Character> reads = new ArrayList<>();
    for (int i = 0; i < inputs; i++) {
      reads.add('d');
    }
    return code(new Form(reads, rank, 1), program, result);
  }
}
