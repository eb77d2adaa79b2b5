package lazuli.gpu;

import java.util.List;
import java.util.logging.Logger;
import lazuli.array.backend.BackendProvider;
import lazuli.array.type.ArrayException;
import lazuli.gpu.driver.Driver;
import lazuli.gpu.driver.DriverException;
import lazuli.gpu.driver.DriverProbe;
import lazuli.gpu.driver.DriverProbe.Found;
import lazuli.gpu.driver.GpuInfo;
import lazuli.gpu.exec.Gpu;
import lazuli.gpu.exec.KernelCache;
import lazuli.gpu.lib.CardState;
import lazuli.gpu.lib.CublasLt;
import lazuli.gpu.lib.Libraries;
import lazuli.gpu.lib.Nvml;
import org.jspecify.annotations.Nullable;

/**
 * The first NVIDIA GPU, or the reason why there is none that can be used. No card has run its
 * kernels yet, so that one is opened only when the user asks for that with {@code
 * -Dlazuli.cuda=untested}.
 */
public final class CudaProvider implements BackendProvider {
  /** Kernels use cp.async and mma.sync on bf16. */
  private static final int LEAST_CAPABILITY = 80;

  private static final int LEAST_DRIVER = 12000;
  private static final double SHARE = 0.9;

  /** Says yes to kernels that no card has run: {@code -Dlazuli.cuda=untested}. */
  static final String CONSENT = "lazuli.cuda";

  private static final Logger LOG = Logger.getLogger(CudaProvider.class.getName());

  private @Nullable Availability answer;

  @Override
  public String kind() {
    return "cuda";
  }

  @Override
  public synchronized Availability probe() {
    if (answer == null) {
      answer = answer(DriverProbe.probe(), System.getProperty(CONSENT, ""));
    }
    return answer;
  }

  static Availability answer(Found found, String consent) {
    return switch (found) {
      case Found.Nothing(String reason, String fix) -> new Availability.Unavailable(reason, fix);
      case Found.Gpus(int version, List<GpuInfo> gpus) -> {
        String driver = version / 1000 + "." + version % 1000 / 10;
        if (version < LEAST_DRIVER) {
          yield new Availability.Unavailable(
              "the driver is for CUDA " + driver + ", older than 12.0",
              "install a driver of version 525 or later");
        }
        for (int i = 0; i < gpus.size(); i++) {
          GpuInfo gpu = gpus.get(i);
          if (gpu.major() * 10 + gpu.minor() >= LEAST_CAPABILITY) {
            yield consent.equals("untested") ? open(i, gpu, driver) : unasked(gpu);
          }
        }
        yield new Availability.Unavailable(
            "found " + gpus.getFirst() + "; kernels need compute capability 8.0",
            "use a GPU of the Ampere generation or later, or go on with the CPU");
      }
    };
  }

  private static Availability unasked(GpuInfo gpu) {
    return new Availability.Unavailable(
        "found "
            + gpu
            + ", which is not used: Lazuli's GPU kernels have run on the simulated GPU only, never on"
            + " a card",
        "go on with the CPU, or try them with -D"
            + CONSENT
            + "=untested among the JVM's options and compare results with on(\"cpu\", ...)");
  }

  private static Availability open(int index, GpuInfo info, String version) {
    try {
      Driver driver = DriverProbe.open();
      Libraries libraries = new Libraries(System.getenv());
      CardState state = new Nvml(libraries.find("libnvidia-ml.so.1"), driver.busId(index));
      Libraries.Found found = libraries.find("libcublasLt.so.13", "libcublasLt.so.12");
      String title =
          info
              + ", driver for CUDA "
              + version
              + "; kernels untested on a card; "
              + Libraries.products(found)
              + "; "
              + state.text();
      Gpu gpu = new Gpu(() -> driver, "cuda", index, title, (long) (SHARE * info.memory()));
      gpu.keepKernels(
          new KernelCache(KernelCache.usual(), info + " " + driver.version(), LOG::warning));
      driver.use(driver.retainContext(index));
      CublasLt.Found products = CublasLt.open(found);
      return new Availability.Available(
          new GpuBackend(gpu, new Processor(), state::text, products));
    } catch (DriverException | ArrayException e) {
      return new Availability.Unavailable(
          info + " does not start: " + e.getMessage(),
          "check the driver with nvidia-smi, or go on with the CPU");
    }
  }
}
