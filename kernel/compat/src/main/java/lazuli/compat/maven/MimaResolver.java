package lazuli.compat.maven;

import eu.maveniverse.maven.mima.context.Context;
import eu.maveniverse.maven.mima.context.ContextOverrides;
import eu.maveniverse.maven.mima.context.Runtimes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import lazuli.kernel.maven.ResolutionException;
import lazuli.kernel.maven.Resolver;
import org.apache.maven.model.Model;
import org.eclipse.aether.artifact.Artifact;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.collection.CollectRequest;
import org.eclipse.aether.graph.Dependency;
import org.eclipse.aether.graph.Exclusion;
import org.eclipse.aether.repository.RemoteRepository;
import org.eclipse.aether.resolution.ArtifactResult;
import org.eclipse.aether.resolution.DependencyRequest;
import org.eclipse.aether.resolution.DependencyResolutionException;
import org.eclipse.aether.resolution.DependencyResult;
import org.eclipse.aether.util.artifact.JavaScopes;
import org.eclipse.aether.util.filter.DependencyFilterUtils;
import org.jspecify.annotations.Nullable;

/**
 * Resolves with Maven's own resolver and the user's settings.
 *
 * <p>Mutable state: the versions that were given out, guarded by this object's monitor.
 */
public final class MimaResolver implements Resolver {
  /** The version given out, by group, artifact, type and classifier. */
  private final Map<String, String> given = new LinkedHashMap<>();

  /** Made by the kernel, through the loader of this package. */
  public MimaResolver() {}

  @Override
  public Resolved resolve(Query query, Listener listener) throws ResolutionException {
    List<Dependency> wanted = new ArrayList<>();
    for (String coordinates : query.coordinates()) {
      wanted.add(new Dependency(new DefaultArtifact(coordinates), JavaScopes.RUNTIME));
    }
    try (Context context = context(listener)) {
      List<RemoteRepository> remote = remote(context, query.repositories());
      if (!query.only()) {
        remote.addAll(context.remoteRepositories());
      }
      return resolve(context, remote, wanted, List.of(), listener);
    }
  }

  @Override
  public Resolved resolvePom(
      Path pom, Set<String> scopes, List<Repository> repositories, Listener listener)
      throws ResolutionException {
    try (Context context = context(listener)) {
      List<RemoteRepository> remote = remote(context, repositories);
      remote.addAll(context.remoteRepositories());
      Model model = new EffectivePom(context, remote).read(pom);
      List<Repository> own =
          model.getRepositories().stream()
              .map(one -> new Repository(one.getId(), one.getUrl()))
              .filter(one -> remote.stream().noneMatch(known -> known.getId().equals(one.id())))
              .toList();
      remote.addAll(0, remote(context, own));
      List<Dependency> wanted = new ArrayList<>();
      List<Path> local = new ArrayList<>();
      for (org.apache.maven.model.Dependency one : model.getDependencies()) {
        String scope = one.getScope() == null ? JavaScopes.COMPILE : one.getScope();
        if (!scopes.contains(scope)) {
          continue;
        }
        if (scope.equals(JavaScopes.SYSTEM)) {
          local.add(Path.of(one.getSystemPath()));
        } else {
          wanted.add(dependency(one));
        }
      }
      List<Dependency> managed =
          model.getDependencyManagement() == null
              ? List.of()
              : model.getDependencyManagement().getDependencies().stream()
                  .filter(one -> one.getVersion() != null)
                  .map(MimaResolver::dependency)
                  .toList();
      Resolved resolved = resolve(context, remote, wanted, managed, listener);
      local.addAll(resolved.files());
      return new Resolved(local, resolved.warnings());
    }
  }

  private static Dependency dependency(org.apache.maven.model.Dependency one) {
    var artifact =
        new DefaultArtifact(
            one.getGroupId(),
            one.getArtifactId(),
            one.getClassifier(),
            one.getType().equals("test-jar") ? "jar" : one.getType(),
            one.getVersion());
    return new Dependency(artifact, JavaScopes.RUNTIME)
        .setExclusions(
            one.getExclusions().stream()
                .map(e -> new Exclusion(e.getGroupId(), e.getArtifactId(), "*", "*"))
                .toList());
  }

  private static Context context(Listener listener) {
    var overrides =
        ContextOverrides.create()
            .withUserSettings(true)
            .transferListener(new Transfers(listener));
    Path settings = pathIn("LAZULI_MAVEN_SETTINGS", "RJK_MIMA_USER_SETTINGS");
    if (settings != null) {
      overrides.withUserSettingsXmlOverride(settings);
    }
    Path repository = pathIn("LAZULI_MAVEN_REPOSITORY", "RJK_MIMA_CACHE");
    if (repository != null) {
      overrides.withLocalRepositoryOverride(repository);
    }
    return Runtimes.INSTANCE.getRuntime().create(overrides.build());
  }

  private static @Nullable Path pathIn(String... variables) {
    for (String variable : variables) {
      String value = System.getProperty(variable, System.getenv(variable));
      if (value != null && !value.isBlank()) {
        return Path.of(value.strip());
      }
    }
    return null;
  }

  private static List<RemoteRepository> remote(Context context, List<Repository> repositories) {
    return new ArrayList<>(
        context
            .repositorySystem()
            .newResolutionRepositories(
                context.repositorySystemSession(),
                repositories.stream()
                    .map(one -> new RemoteRepository.Builder(one.id(), "default", one.url()).build())
                    .toList()));
  }

  private synchronized Resolved resolve(
      Context context,
      List<RemoteRepository> remote,
      List<Dependency> wanted,
      List<Dependency> managed,
      Listener listener)
      throws ResolutionException {
    if (wanted.isEmpty()) {
      return new Resolved(List.of(), List.of());
    }
    List<String> warnings = new ArrayList<>();
    Set<String> asked = new LinkedHashSet<>();
    for (Dependency one : wanted) {
      String before = given.get(key(one.getArtifact()));
      asked.add(key(one.getArtifact()));
      if (before != null && !before.equals(one.getArtifact().getVersion())) {
        warnings.add(
            "%s is on the class path as version %s, which stays in use; restart the kernel to use %s."
                .formatted(
                    one.getArtifact().getGroupId() + ":" + one.getArtifact().getArtifactId(),
                    before,
                    one.getArtifact().getVersion()));
      }
    }
    List<Dependency> pinned = new ArrayList<>(managed);
    given.forEach(
        (key, version) -> {
          if (!asked.contains(key)) {
            pinned.add(
                new Dependency(new DefaultArtifact(key + ":" + version), JavaScopes.RUNTIME));
          }
        });
    CollectRequest collect = new CollectRequest();
    collect.setDependencies(wanted);
    collect.setManagedDependencies(pinned);
    collect.setRepositories(remote);
    DependencyResult result;
    try {
      result =
          context
              .repositorySystem()
              .resolveDependencies(
                  context.repositorySystemSession(),
                  new DependencyRequest(
                      collect, DependencyFilterUtils.classpathFilter(JavaScopes.RUNTIME)));
    } catch (DependencyResolutionException e) {
      throw Failures.of(e, wanted, remote);
    }
    if (listener.cancelled()) {
      return new Resolved(List.of(), List.of());
    }
    List<Path> files = new ArrayList<>();
    for (ArtifactResult one : result.getArtifactResults()) {
      Artifact artifact = one.getArtifact();
      if (artifact != null && artifact.getFile() != null && isClassPath(artifact)) {
        given.putIfAbsent(key(artifact), artifact.getVersion());
        files.add(artifact.getFile().toPath());
      }
    }
    return new Resolved(files, warnings);
  }

  private static boolean isClassPath(Artifact artifact) {
    return !artifact.getExtension().equals("pom");
  }

  private static String key(Artifact artifact) {
    return artifact.getGroupId()
        + ":"
        + artifact.getArtifactId()
        + ":"
        + artifact.getExtension()
        + (artifact.getClassifier().isEmpty() ? "" : ":" + artifact.getClassifier());
  }
}
