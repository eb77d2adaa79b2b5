package lazuli.magics.sdpa;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import lazuli.array.Array;
import lazuli.array.type.DType;

/**
 * How far results are from the float64 reference on the same, already rounded, operands.
 *
 * @param max the largest absolute difference
 * @param rms the root of the mean squared difference
 */
record Accuracy(double max, double rms) {
  /** {@return the reference's values} */
  static double[] reference(Setting setting) {
    Array mask = setting.mask();
    Setting wide =
        new Setting(
            setting.q().astype(DType.F64),
            setting.k().astype(DType.F64),
            setting.v().astype(DType.F64),
            mask == null || mask.dtype() == DType.BOOL ? mask : mask.astype(DType.F64),
            setting.form(),
            null);
    return wide.attend("reference").toDoubleArray();
  }

  static Accuracy of(double[] values, double[] reference) {
    double max = 0;
    double squares = 0;
    for (int i = 0; i < values.length; i++) {
      double difference = Math.abs(values[i] - reference[i]);
      // NaN in only one of them must not pass as agreement.
      max = difference > max || Double.isNaN(difference) ? difference : max;
      squares += difference * difference;
    }
    return new Accuracy(max, values.length == 0 ? 0 : Math.sqrt(squares / values.length));
  }

  /** {@return a line for each variant: errors, and their ratio to unfused attention's} */
  static List<String> lines(List<Variant> variants) {
    List<String> lines = new ArrayList<>();
    for (Variant variant : variants) {
      if (!variant.refusal().isEmpty()) {
        continue;
      }
      double[] reference = reference(variant.setting());
      Accuracy own = of(variant.build().toDoubleArray(), reference);
      Accuracy naive = of(variant.setting().attend("naive").toDoubleArray(), reference);
      lines.add(
          String.format(
              Locale.ROOT,
              "%s: error against float64 max %.2g, RMS %.2g; naive in the same dtype max %.2g, RMS"
                  + " %.2g; RMS ratio %s",
              variant.name(),
              own.max(),
              own.rms(),
              naive.max(),
              naive.rms(),
              naive.rms() == 0
                  ? "-"
                  : String.format(Locale.ROOT, "%.2f", own.rms() / naive.rms())));
    }
    return lines;
  }
}
