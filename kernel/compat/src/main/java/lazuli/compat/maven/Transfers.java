package lazuli.compat.maven;

import lazuli.kernel.maven.Resolver;
import org.eclipse.aether.transfer.AbstractTransferListener;
import org.eclipse.aether.transfer.TransferCancelledException;
import org.eclipse.aether.transfer.TransferEvent;

/** Passes on what is loaded, and stops it when asked. */
final class Transfers extends AbstractTransferListener {
  private final Resolver.Listener listener;

  Transfers(Resolver.Listener listener) {
    this.listener = listener;
  }

  @Override
  public void transferInitiated(TransferEvent event) throws TransferCancelledException {
    look();
  }

  @Override
  public void transferProgressed(TransferEvent event) throws TransferCancelledException {
    look();
    listener.progressed(
        name(event), event.getTransferredBytes(), event.getResource().getContentLength());
  }

  @Override
  public void transferSucceeded(TransferEvent event) {
    listener.loaded(name(event), event.getTransferredBytes());
  }

  private void look() throws TransferCancelledException {
    if (listener.cancelled()) {
      throw new TransferCancelledException();
    }
  }

  private static String name(TransferEvent event) {
    String path = event.getResource().getResourceName();
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
