package lazuli.magics.bench;

import java.util.function.Consumer;
import lazuli.magics.peer.TorchPeer;
import lazuli.magics.stats.Budget;
import lazuli.magics.stats.Sampler;
import org.jspecify.annotations.Nullable;

/** What attention promises, measured. */
final class AttentionNumbers {
  private AttentionNumbers() {}

  /**
   * {@return what was seen of every promise}
   *
   * @param sampler takes the times
   * @param seconds of sampling for each side
   * @param quick whether to leave the large cases out
   * @param torch the peer, or null
   * @param progress told what comes next
   * @throws Exception what a call throws
   */
  static Promises measure(
      Sampler sampler,
      double seconds,
      boolean quick,
      @Nullable TorchPeer torch,
      Consumer<String> progress)
      throws Exception {
    Promises promises = new Promises();
    Turns turns = new Turns(sampler, Budget.ofSeconds(seconds));
    progress.accept("mixed types");
    new MixedTypes(promises, turns, quick).run();
    progress.accept("errors in half types");
    new HalfErrors(promises, torch, quick).run();
    progress.accept("new masks, scores and lengths");
    new Expressions(promises).run();
    progress.accept("causal and windowed");
    new SkippedScores(promises, turns, quick).run();
    CacheNumbers caches = new CacheNumbers(promises, turns, quick);
    progress.accept("quantised caches");
    caches.quantised();
    progress.accept("memory");
    new WorkingMemory(promises, quick).run();
    progress.accept("appends");
    caches.appends();
    return promises;
  }
}
