package lazuli.array.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import lazuli.array.type.DType;
import lazuli.array.type.Device;
import org.junit.jupiter.api.Test;

class DispatchTest {
  private record Because(String text) implements Refusal.Reason {
    @Override
    public String code() {
      return "BECAUSE";
    }
  }

  @Test
  void readsAsLinesForPeople() {
    var dispatch =
        new Dispatch(
            "sdpa",
            "flash",
            Device.CPU,
            "tiles fit the cache",
            "64x256 tiles",
            List.of(new Dispatch.Cast("k", DType.BF16, DType.F32, "tile load", "promotion")),
            List.of(new Refusal("split", new Because("Tq=512 > 8"))),
            Work.NONE);
    assertEquals(
        """
        sdpa ran flash on cpu: tiles fit the cache (64x256 tiles)
          cast k bf16 to f32 in the tile load (promotion)
          not split: Tq=512 > 8""",
        dispatch.toString());
  }
}
