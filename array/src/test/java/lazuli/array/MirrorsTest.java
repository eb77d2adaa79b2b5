package lazuli.array;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import lazuli.array.op.Binary;
import lazuli.array.op.Reduction;
import lazuli.array.op.Rule;
import lazuli.array.op.Unary;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every row has its method on Array and its function on Lazuli, and each applies that row, unless
 * the row file lists it as unnamed.
 */
class MirrorsTest {
  @TestFactory
  List<DynamicTest> everyRowHasItsMethodAndItsFunction() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Unary row : Unary.values()) {
      if (!Unary.unnamed().contains(row)) {
        tests.add(DynamicTest.dynamicTest(row.label(), () -> unary(row)));
      }
    }
    for (Binary row : Binary.values()) {
      if (!Binary.unnamed().contains(row)) {
        tests.add(DynamicTest.dynamicTest(row.label(), () -> binary(row)));
      }
    }
    for (Reduction row : Reduction.values()) {
      tests.add(DynamicTest.dynamicTest(row.label(), () -> reduction(row)));
    }
    return tests;
  }

  private static void unary(Unary row) throws Exception {
    Array x = row.rule() == Rule.INTEGER ? Lazuli.ones(Lazuli.I32, 3) : Lazuli.ones(3);
    applies(row, Array.class.getMethod(row.label()).invoke(x));
    applies(row, Lazuli.class.getMethod(row.label(), Array.class).invoke(null, x));
  }

  private static void binary(Binary row) throws Exception {
    Array x = Lazuli.ones(3);
    // Bits need whole numbers; a fraction beside a floating operation covers whole numbers.
    List<Class<?>> types =
        row.rule() == Rule.INTEGER
            ? List.of(Array.class, long.class)
            : row.rule() == Rule.FLOAT && row != Binary.DIV
                ? List.of(Array.class, double.class)
                : List.of(Array.class, long.class, double.class, boolean.class);
    if (row.rule() == Rule.INTEGER) {
      x = Lazuli.ones(Lazuli.I32, 3);
    }
    for (Class<?> type : types) {
      Object other = type == Array.class ? x : type == long.class ? (Object) 2L : 2.0;
      other = type == boolean.class ? (Object) true : other;
      applies(row, Array.class.getMethod(row.label(), type).invoke(x, other));
      applies(row, Lazuli.class.getMethod(row.label(), Array.class, type).invoke(null, x, other));
    }
  }

  private static void reduction(Reduction row) throws Exception {
    Array x = Lazuli.ones(3, 2);
    int[] axes = {0};
    Object method = Array.class.getMethod(row.label(), int[].class).invoke(x, axes);
    Object function =
        Lazuli.class.getMethod(row.label(), Array.class, int[].class).invoke(null, x, axes);
    Object kept =
        Array.class.getMethod(row.label(), boolean.class, int[].class).invoke(x, true, axes);
    assertEquals("[2]", ((Array) method).shape().toString());
    assertEquals("[2]", ((Array) function).shape().toString());
    assertEquals("[1,2]", ((Array) kept).shape().toString());
    assertEquals(row.label(), ((Array) kept).node().op().label());
  }

  private static void applies(Object row, Object result) {
    assertEquals(row, ((Array) result).node().op());
  }

  @Test
  void aRowWithoutAMethodIsReachedByItsName() {
    assertEquals(Unary.EXP, Lazuli.ones(2).map(Unary.EXP).node().op());
    assertEquals(Binary.ADD, Lazuli.ones(2).with(Binary.ADD, Lazuli.ones(2)).node().op());
  }

  /** No method is forgotten among the functions. */
  @Test
  void everyMethodThatMakesAnArrayIsAFunction() {
    Set<String> methodOnly = Set.of("self", "map", "with", "eval", "t", "get", "rsub", "rdiv");
    Set<String> functions = new TreeSet<>();
    for (Method method : Lazuli.class.getMethods()) {
      functions.add(method.getName());
    }
    for (Method method : Array.class.getMethods()) {
      if (method.getReturnType() == Array.class && !methodOnly.contains(method.getName())) {
        assertTrue(functions.contains(method.getName()), method.getName());
      }
    }
  }
}
