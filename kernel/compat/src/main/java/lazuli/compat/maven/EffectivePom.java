package lazuli.compat.maven;

import eu.maveniverse.maven.mima.context.Context;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import lazuli.kernel.maven.ResolutionException;
import org.apache.maven.model.Dependency;
import org.apache.maven.model.Model;
import org.apache.maven.model.Parent;
import org.apache.maven.model.Repository;
import org.apache.maven.model.building.DefaultModelBuilderFactory;
import org.apache.maven.model.building.DefaultModelBuildingRequest;
import org.apache.maven.model.building.FileModelSource;
import org.apache.maven.model.building.ModelBuildingException;
import org.apache.maven.model.building.ModelBuildingRequest;
import org.apache.maven.model.building.ModelSource;
import org.apache.maven.model.resolution.ModelResolver;
import org.apache.maven.model.resolution.UnresolvableModelException;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.repository.RemoteRepository;
import org.eclipse.aether.resolution.ArtifactRequest;
import org.eclipse.aether.resolution.ArtifactResolutionException;

/** A project with its parents, properties and imported versions worked in. */
@SuppressWarnings("deprecation") // Maven 3 asks for its old ModelSource.
final class EffectivePom implements ModelResolver {
  private final Context context;
  private final List<RemoteRepository> repositories;

  EffectivePom(Context context, List<RemoteRepository> repositories) {
    this.context = context;
    this.repositories = new ArrayList<>(repositories);
  }

  Model read(Path pom) throws ResolutionException {
    var request =
        new DefaultModelBuildingRequest()
            .setPomFile(pom.toFile())
            .setModelResolver(this)
            .setSystemProperties(System.getProperties())
            .setProcessPlugins(false)
            .setValidationLevel(ModelBuildingRequest.VALIDATION_LEVEL_MINIMAL);
    try {
      return new DefaultModelBuilderFactory().newInstance().build(request).getEffectiveModel();
    } catch (ModelBuildingException e) {
      throw new ResolutionException(
          "the project cannot be read: "
              + e.getProblems().stream()
                  .map(problem -> problem.getMessage())
                  .findFirst()
                  .orElse(e.getMessage())
              + "; a project that Maven accepts, or whole <dependency> elements, are needed");
    }
  }

  @Override
  public ModelSource resolveModel(String group, String artifact, String version)
      throws UnresolvableModelException {
    var pom = new DefaultArtifact(group, artifact, "pom", version);
    try {
      return new FileModelSource(
          context
              .repositorySystem()
              .resolveArtifact(
                  context.repositorySystemSession(), new ArtifactRequest(pom, repositories, null))
              .getArtifact()
              .getFile());
    } catch (ArtifactResolutionException e) {
      throw new UnresolvableModelException(e.getMessage(), group, artifact, version, e);
    }
  }

  @Override
  public ModelSource resolveModel(Parent parent) throws UnresolvableModelException {
    return resolveModel(parent.getGroupId(), parent.getArtifactId(), parent.getVersion());
  }

  @Override
  public ModelSource resolveModel(Dependency dependency) throws UnresolvableModelException {
    return resolveModel(
        dependency.getGroupId(), dependency.getArtifactId(), dependency.getVersion());
  }

  @Override
  public void addRepository(Repository repository) {
    addRepository(repository, false);
  }

  @Override
  public void addRepository(Repository repository, boolean replace) {
    if (replace) {
      repositories.removeIf(one -> one.getId().equals(repository.getId()));
    }
    if (repositories.stream().noneMatch(one -> one.getId().equals(repository.getId()))) {
      repositories.add(
          new RemoteRepository.Builder(repository.getId(), "default", repository.getUrl()).build());
    }
  }

  @Override
  public ModelResolver newCopy() {
    return new EffectivePom(context, repositories);
  }
}
