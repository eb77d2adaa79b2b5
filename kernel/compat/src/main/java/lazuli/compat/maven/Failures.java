package lazuli.compat.maven;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import lazuli.kernel.maven.ResolutionException;
import org.eclipse.aether.RepositoryException;
import org.eclipse.aether.artifact.Artifact;
import org.eclipse.aether.graph.Dependency;
import org.eclipse.aether.repository.RemoteRepository;
import org.eclipse.aether.resolution.ArtifactResolutionException;
import org.eclipse.aether.resolution.ArtifactResult;
import org.eclipse.aether.resolution.DependencyResolutionException;
import org.eclipse.aether.transfer.RepositoryOfflineException;

/** The resolver's failures in three parts: what was asked, what is wrong, how to fix it. */
final class Failures {
  private Failures() {}

  static ResolutionException of(
      DependencyResolutionException failure,
      List<Dependency> wanted,
      List<RemoteRepository> repositories) {
    List<Throwable> causes = causes(failure);
    String places =
        repositories.stream()
            .map(one -> one.getId() + " (" + one.getUrl() + ")")
            .collect(Collectors.joining(", "));
    String what = missing(failure, wanted);
    for (Throwable cause : causes) {
      String unreachable =
          switch (cause) {
            case RepositoryOfflineException e -> "Maven is offline by its settings.xml";
            case UnknownHostException e -> "unknown host " + e.getMessage();
            case ConnectException e -> message(e);
            case NoRouteToHostException e -> message(e);
            case SocketTimeoutException e -> "no answer in time";
            default -> null;
          };
      if (unreachable != null) {
        return new ResolutionException(
            "cannot load "
                + what
                + " from "
                + places
                + ": "
                + unreachable
                + "; what was loaded once works without a network; check the network and the proxy"
                + " in settings.xml, or add a jar that is here with %jars PATH");
      }
    }
    boolean notFound = causes.stream().anyMatch(Failures::isNotFound);
    if (notFound) {
      return new ResolutionException(
          what
              + " was not found in "
              + places
              + "; check group:artifact:version, or name its repository with"
              + " %mavenRepo ID URL");
    }
    return new ResolutionException(
        "cannot resolve " + what + " from " + places + ": " + message(causes.getLast()));
  }

  private static boolean isNotFound(Throwable cause) {
    return cause.getClass().getSimpleName().endsWith("NotFoundException");
  }

  /** {@return the artifacts that failed, as a user types them; all that was asked when unknown} */
  private static String missing(
      DependencyResolutionException failure, List<Dependency> wanted) {
    Set<String> names = new LinkedHashSet<>();
    for (Throwable cause : causes(failure)) {
      if (cause instanceof ArtifactResolutionException artifacts) {
        for (ArtifactResult one : artifacts.getResults()) {
          if (!one.isResolved()) {
            names.add(name(one.getRequest().getArtifact()));
          }
        }
      }
    }
    if (names.isEmpty()) {
      wanted.forEach(one -> names.add(name(one.getArtifact())));
    }
    return String.join(", ", names);
  }

  static String name(Artifact artifact) {
    String middle =
        artifact.getClassifier().isEmpty()
            ? artifact.getExtension().matches("jar|pom") ? "" : ":" + artifact.getExtension()
            : ":" + artifact.getExtension() + ":" + artifact.getClassifier();
    return artifact.getGroupId()
        + ":"
        + artifact.getArtifactId()
        + middle
        + ":"
        + artifact.getVersion();
  }

  private static List<Throwable> causes(Throwable failure) {
    List<Throwable> all = new ArrayList<>();
    collect(failure, all);
    return all;
  }

  private static void collect(Throwable one, List<Throwable> all) {
    if (all.size() >= 64 || all.contains(one)) {
      return;
    }
    all.add(one);
    if (one.getCause() != null) {
      collect(one.getCause(), all);
    }
    if (one instanceof DependencyResolutionException dependencies
        && dependencies.getResult() != null) {
      dependencies.getResult().getCollectExceptions().forEach(e -> collect(e, all));
      dependencies
          .getResult()
          .getArtifactResults()
          .forEach(result -> result.getExceptions().forEach(e -> collect(e, all)));
    }
    if (one instanceof ArtifactResolutionException artifacts) {
      artifacts.getResults().forEach(r -> r.getExceptions().forEach(e -> collect(e, all)));
    }
  }

  private static String message(Throwable failure) {
    String text = failure.getMessage();
    return text == null || text.isBlank()
        ? failure.getClass().getSimpleName()
        : failure instanceof RepositoryException ? text : text.strip();
  }
}
