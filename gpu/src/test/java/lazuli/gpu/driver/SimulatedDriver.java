package lazuli.gpu.driver;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A CUDA driver in Java: a shared object named libcuda.so.1 whose functions jump through a table of
 * upcalls into the public static methods of a class. Once it is loaded, JCuda's own look-up of
 * libcuda.so.1 finds it, so host code runs unchanged without a GPU.
 */
final class SimulatedDriver {
  private static @Nullable Path loaded;

  private SimulatedDriver() {}

  /** {@return the library of {@link TwoFakeGpus}, loaded once: JCuda binds the first it finds} */
  static synchronized Path once() throws IOException, IllegalAccessException {
    if (loaded == null) {
      loaded = load(TwoFakeGpus.class);
      loaded.toFile().deleteOnExit();
    }
    return loaded;
  }

  /** Loads a driver whose functions are the methods of {@code functions} that begin with "cu". */
  static Path load(Class<?> functions) throws IOException, IllegalAccessException {
    Path file = Files.createTempFile("libcuda", ".so");
    load(file, "libcuda.so.1", functions, "cu");
    return file;
  }

  /** Writes and loads a library whose functions are the methods that begin with the prefix. */
  static void load(Path file, String soname, Class<?> functions, String prefix)
      throws IOException, IllegalAccessException {
    List<Method> methods =
        Arrays.stream(functions.getDeclaredMethods())
            .filter(m -> m.getName().startsWith(prefix) && Modifier.isPublic(m.getModifiers()))
            .sorted(Comparator.comparing(Method::getName))
            .toList();
    Files.write(
        file, new JumpTableLibrary(soname, methods.stream().map(Method::getName).toList()).bytes());
    var table =
        SymbolLookup.libraryLookup(file, Arena.global())
            .find(JumpTableLibrary.TABLE)
            .orElseThrow()
            .reinterpret(8L * methods.size());
    for (int i = 0; i < methods.size(); i++) {
      var handle = MethodHandles.publicLookup().unreflect(methods.get(i));
      MemoryLayout[] layouts =
          handle.type().parameterList().stream()
              .map(t -> t == int.class ? JAVA_INT : t == long.class ? JAVA_LONG : ADDRESS)
              .toArray(MemoryLayout[]::new);
      var stub =
          Linker.nativeLinker()
              .upcallStub(handle, FunctionDescriptor.of(JAVA_INT, layouts), Arena.global());
      table.setAtIndex(JAVA_LONG, i, stub.address());
    }
  }
}
