package lazuli.kernel.maven;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Finds artifacts and all that they need, in repositories and in the local one. Thread-safe. */
public interface Resolver {
  /**
   * A remote repository.
   *
   * @param id its name
   * @param url where it is
   */
  record Repository(String id, String url) {}

  /**
   * What is asked for.
   *
   * @param coordinates {@code group:artifact[:type[:classifier]]:version}, one or more
   * @param repositories where to look; empty for those of the user's settings and the central one
   * @param only whether to look there alone
   */
  record Query(List<String> coordinates, List<Repository> repositories, boolean only) {
    /** Copies the lists. */
    public Query {
      coordinates = List.copyOf(coordinates);
      repositories = List.copyOf(repositories);
    }
  }

  /**
   * What was found.
   *
   * @param files jars in the order of the class path
   * @param warnings what the user likely does not expect
   */
  record Resolved(List<Path> files, List<String> warnings) {
    /** Copies the lists. */
    public Resolved {
      files = List.copyOf(files);
      warnings = List.copyOf(warnings);
    }
  }

  /** Told what is being loaded; asked whether to stop. */
  interface Listener {
    /**
     * Some of a file arrived.
     *
     * @param file its name
     * @param bytes how much so far
     * @param size how much there is; negative when nobody knows
     */
    void progressed(String file, long bytes, long size);

    /**
     * A file is whole.
     *
     * @param file its name
     * @param bytes its size
     */
    void loaded(String file, long bytes);

    /** {@return whether to stop loading} */
    boolean cancelled();
  }

  /**
   * {@return the artifacts and what they need at run time, as one resolution}
   *
   * <p>Versions that earlier calls gave stay, unless the query names another.
   *
   * @param query what is asked for
   * @param listener told of what is loaded
   * @throws ResolutionException when something cannot be found or loaded
   */
  Resolved resolve(Query query, Listener listener) throws ResolutionException;

  /**
   * {@return the dependencies of a project and what they need}
   *
   * @param pom its file
   * @param scopes which of its dependencies
   * @param repositories where to look beside those that the project and the settings name
   * @param listener told of what is loaded
   * @throws ResolutionException when something cannot be read, found or loaded
   */
  Resolved resolvePom(
      Path pom, Set<String> scopes, List<Repository> repositories, Listener listener)
      throws ResolutionException;
}
