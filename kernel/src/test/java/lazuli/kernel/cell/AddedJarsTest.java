package lazuli.kernel.cell;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user adds wins over the application's libraries, not over the JDK and what is shared. */
class AddedJarsTest {
  @TempDir private Path folder;

  /** A jar of one class. */
  private Path jar(String name, String java, String... options) throws Exception {
    String file = name.replace('.', '/');
    Path source = folder.resolve("src").resolve(file + ".java");
    Files.createDirectories(source.getParent());
    Files.writeString(source, java);
    List<String> arguments = new ArrayList<>(List.of(options));
    arguments.addAll(List.of("-d", folder.resolve("classes").toString(), source.toString()));
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, arguments.toArray(String[]::new));
    assertEquals(0, status);
    Path jar = folder.resolve(name + ".jar");
    try (var out = new JarOutputStream(Files.newOutputStream(jar))) {
      out.putNextEntry(new JarEntry(file + ".class"));
      out.write(Files.readAllBytes(folder.resolve("classes").resolve(file + ".class")));
    }
    return jar;
  }

  @Test
  void theUsersOwnVersionOfALibraryIsCompiledAgainstAndRuns() throws Exception {
    Path mine =
        jar(
            "com.fasterxml.jackson.core.Version",
            """
            package com.fasterxml.jackson.core;
            public class Version {
              public static String of() { return "the user's"; }
            }
            """);
    try (var session = new SessionFixture()) {
      session.java.addToClasspath(List.of(mine));
      assertEquals("the user's", session.value("com.fasterxml.jackson.core.Version.of()"));
      assertEquals(
          true,
          session.value(
              "Thread.currentThread().getContextClassLoader()"
                  + ".getResource(\"com/fasterxml/jackson/core/Version.class\").toString()"
                  + ".contains(\"Version.jar!\")"));
      assertEquals(
          "START_OBJECT",
          session.value("com.fasterxml.jackson.core.JsonToken.START_OBJECT.name()"));
    }
  }

  @Test
  void theFirstOfTwoAddedJarsWins() throws Exception {
    String java = "package p; public class P { public static int n() { return %d; } }";
    Path one = jar("p.P", java.formatted(1));
    Path other = Files.move(one, folder.resolve("first.jar"));
    Path second = jar("p.P", java.formatted(2));
    try (var session = new SessionFixture()) {
      session.java.addToClasspath(List.of(other));
      session.java.addToClasspath(List.of(second));
      assertEquals(1, session.value("p.P.n()"));
    }
  }

  @Test
  void theJdkAndWhatIsSharedAreNotReplaced() throws Exception {
    Path dom =
        jar(
            "org.w3c.dom.Node",
            "package org.w3c.dom; public interface Node {}",
            "--patch-module",
            "java.xml=" + folder.resolve("src"));
    Path shared =
        jar("lazuli.kernel.ext.Magic", "package lazuli.kernel.ext; public class Magic {}");
    try (var session = new SessionFixture()) {
      session.java.addToClasspath(List.of(dom, shared));
      assertEquals(true, session.value("org.w3c.dom.Node.class.getClassLoader() == null"));
      assertEquals(
          lazuli.kernel.ext.Magic.class,
          session.value("Class.forName(\"lazuli.kernel.ext.Magic\")"));
    }
  }
}
