package lazuli.kernel.cell;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;
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
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import jdk.jshell.spi.ExecutionControl.ClassBytecodes;
import org.jspecify.annotations.Nullable;

/**
 * Changes compiled cells: {@code System.exit} ends the cell and not the kernel ({@link
 * SystemExit}), and stop checks are put in, at the start of each method and before each backward
 * branch, where JShell's own {@code LocalExecutionControl} puts them.
 *
 * <p>That one knows the classes of the JDK alone, and where two ways through a method meet with an
 * object of a cell's class on one of them (a {@code try} block that declares one, and its {@code
 * catch}) it fails with "Could not resolve class". Then this one asks the classes that are loaded
 * together, and the session's loader.
 */
final class CellWeaver {
  private static final ClassDesc CHECKS = ClassDesc.of(StopChecks.CLASS_NAME);

  private static final ClassDesc EXIT = ClassDesc.of(SystemExit.class.getName());
  private static final MethodTypeDesc STATUS = MethodTypeDesc.of(CD_void, CD_int);
  private static final MethodTypeDesc RUNTIME_STATUS =
      MethodTypeDesc.of(CD_void, ClassDesc.of("java.lang.Runtime"), CD_int);

  /** Knows the classes of the JDK, which is enough for most cells, and keeps what it read. */
  private static final ClassFile PLAIN = ClassFile.of();

  private CellWeaver() {}

  /**
   * {@return the classes changed; one whose hierarchy cannot be found stays as it is}
   *
   * @param classes what is loaded together
   * @param loader knows every other class that they name
   * @param stopChecks whether to put them in
   */
  static ClassBytecodes[] weave(ClassBytecodes[] classes, ClassLoader loader, boolean stopChecks) {
    return Arrays.stream(classes)
        .map(one -> weave(one, classes, loader, stopChecks))
        .toArray(ClassBytecodes[]::new);
  }

  private static ClassBytecodes weave(
      ClassBytecodes one, ClassBytecodes[] together, ClassLoader loader, boolean stopChecks) {
    try {
      return weave(one, PLAIN, stopChecks);
    } catch (IllegalArgumentException ofCells) {
      try {
        return weave(one, ClassFile.of(resolver(together, loader)), stopChecks);
      } catch (IllegalArgumentException unknown) {
        // A library lacks a class that it names. Such a cell runs as it is.
        return one;
      }
    }
  }

  private static ClassBytecodes weave(ClassBytecodes one, ClassFile file, boolean stopChecks) {
    ClassTransform changes =
        ClassTransform.transformingMethodBodies(
            CodeTransform.ofStateful(() -> new Changes(stopChecks)));
    return new ClassBytecodes(
        one.name(), file.transformClass(file.parse(one.bytecodes()), changes));
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

  private static final class Changes implements CodeTransform {
    private final boolean stopChecks;
    private final Set<Label> before = new HashSet<>();

    Changes(boolean stopChecks) {
      this.stopChecks = stopChecks;
    }

    @Override
    public void atStart(CodeBuilder builder) {
      check(builder);
    }

    @Override
    public void accept(CodeBuilder builder, CodeElement element) {
      switch (element) {
        case LabelTarget target -> before.add(target.label());
        case BranchInstruction branch when before.contains(branch.target()) -> check(builder);
        case InvokeInstruction call when call.name().equalsString("exit") -> {
          if (call.typeSymbol().equals(STATUS)) {
            String owner = call.owner().asInternalName();
            if (owner.equals("java/lang/System")) {
              builder.invokestatic(EXIT, "exit", STATUS);
              return;
            }
            if (owner.equals("java/lang/Runtime")) {
              builder.invokestatic(EXIT, "exit", RUNTIME_STATUS);
              return;
            }
          }
        }
        default -> {}
      }
      builder.with(element);
    }

    private void check(CodeBuilder builder) {
      if (stopChecks) {
        builder.invokestatic(CHECKS, "stopCheck", MTD_void);
      }
    }
  }
}
