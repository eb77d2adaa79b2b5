package lazuli.gpu.driver;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jcuda.Pointer;
import jcuda.driver.CUjitInputType;
import jcuda.driver.CUlinkState;
import jcuda.driver.JCudaDriver;
import jcuda.driver.JITOptions;

/** The driver's linker, which gives the machine code that loading a text would keep to itself. */
final class JCudaLinker {
  private JCudaLinker() {}

  static byte[] compile(byte[] text) {
    CUlinkState link = new CUlinkState();
    JITOptions none = new JITOptions();
    JCudaCalls.check("cuLinkCreate", JCudaDriver.cuLinkCreate(none, link));
    try {
      JCudaCalls.check(
          "cuLinkAddData",
          JCudaDriver.cuLinkAddData(
              link,
              CUjitInputType.CU_JIT_INPUT_PTX,
              Pointer.to(text),
              text.length,
              "lazuli",
              none));
      Handles.HostMemory code = new Handles.HostMemory();
      long[] size = new long[1];
      JCudaCalls.check("cuLinkComplete", JCudaDriver.cuLinkComplete(link, code, size));
      // The linker's own memory: gone when it is destroyed.
      return MemorySegment.ofAddress(code.value())
          .reinterpret(size[0])
          .toArray(ValueLayout.JAVA_BYTE);
    } finally {
      JCudaDriver.cuLinkDestroy(link);
    }
  }
}
