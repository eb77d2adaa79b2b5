package lazuli.kernel.cell;

import static java.lang.constant.ConstantDescs.MTD_void;

import java.io.ByteArrayInputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassHierarchyResolver.ClassHierarchyInfo;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Label;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.constant.ClassDesc;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import jdk.jshell.spi.ExecutionControl.ClassBytecodes;
import org.jspecify.annotations.Nullable;

/**
 * Puts stop checks into compiled cells: at the start of each method and before each backward
 * branch, where JShell's own {@code LocalExecutionControl} puts them.
 *
 * <p>That one knows the classes of the JDK alone, and where two ways through a method meet with an
 * object of a cell's class on one of them (a {@code try} block that declares one, and its {@code
 * catch}) it fails with "Could not resolve class". Then this one asks the classes that are loaded
 * together, and the session's loader.
 */
final class StopCheckWeaver {
  private static final ClassDesc CHECKS = ClassDesc.of(StopChecks.CLASS_NAME);

  /** Knows the classes of the JDK, which is enough for most cells, and keeps what it read. */
  private static final ClassFile PLAIN = ClassFile.of();

  private StopCheckWeaver() {}

  /**
   * {@return the classes with checks; one whose hierarchy cannot be found stays as it is}
   *
   * @param classes what is loaded together
   * @param loader knows every other class that they name
   */
  static ClassBytecodes[] weave(ClassBytecodes[] classes, ClassLoader loader) {
    return Arrays.stream(classes)
        .map(one -> weave(one, classes, loader))
        .toArray(ClassBytecodes[]::new);
  }

  private static ClassBytecodes weave(
      ClassBytecodes one, ClassBytecodes[] together, ClassLoader loader) {
    try {
      return weave(one, PLAIN);
    } catch (IllegalArgumentException ofCells) {
      try {
        return weave(one, ClassFile.of(resolver(together, loader)));
      } catch (IllegalArgumentException unknown) {
        // A library lacks a class that it names. Such a cell runs; its loops cannot be stopped.
        return one;
      }
    }
  }

  private static ClassBytecodes weave(ClassBytecodes one, ClassFile file) {
    ClassTransform checks =
        ClassTransform.transformingMethodBodies(CodeTransform.ofStateful(Checks::new));
    return new ClassBytecodes(one.name(), file.transformClass(file.parse(one.bytecodes()), checks));
  }

  private static ClassHierarchyResolverOption resolver(
      ClassBytecodes[] together, ClassLoader loader) {
    Map<ClassDesc, byte[]> known = new HashMap<>();
    for (ClassBytecodes one : together) {
      known.put(ClassDesc.of(one.name()), one.bytecodes());
    }
    ClassHierarchyResolver loading = ClassHierarchyResolver.ofClassLoading(loader);
    return ClassHierarchyResolverOption.of(
        ClassHierarchyResolver.ofResourceParsing(
                name -> {
                  byte[] bytes = known.get(name);
                  return bytes == null ? null : new ByteArrayInputStream(bytes);
                })
            .orElse(name -> loaded(name, loading))
            .cached());
  }

  private static @Nullable ClassHierarchyInfo loaded(
      ClassDesc name, ClassHierarchyResolver loading) {
    try {
      return loading.getClassInfo(name);
    } catch (LinkageError missing) {
      return null;
    }
  }

  private static final class Checks implements CodeTransform {
    private final Set<Label> before = new HashSet<>();

    @Override
    public void atStart(CodeBuilder builder) {
      check(builder);
    }

    @Override
    public void accept(CodeBuilder builder, CodeElement element) {
      if (element instanceof LabelTarget target) {
        before.add(target.label());
      } else if (element instanceof BranchInstruction branch && before.contains(branch.target())) {
        check(builder);
      }
      builder.with(element);
    }

    private static void check(CodeBuilder builder) {
      builder.invokestatic(CHECKS, "stopCheck", MTD_void);
    }
  }
}
