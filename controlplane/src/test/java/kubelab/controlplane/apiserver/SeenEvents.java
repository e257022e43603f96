package kubelab.controlplane.apiserver;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import kubelab.controlplane.apiserver.request.Sink;
import kubelab.controlplane.json.Json;
import tools.jackson.databind.node.ObjectNode;

/** The frames that a watch has sent, for a client that takes each at once. */
final class SeenEvents implements Sink {
    final List<ObjectNode> events = new CopyOnWriteArrayList<>();
    volatile boolean ended;

    /** {@code ADDED a}, … */
    List<String> names() {
        return events.stream()
                .map(e -> Json.string(e, "type") + " " + Json.string(e, "object", "metadata", "name"))
                .toList();
    }

    @Override
    public CompletableFuture<Void> write(byte[] chunk) {
        events.add(Json.parseObject(chunk));
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void end() {
        ended = true;
    }

    @Override
    public void onClose(Runnable callback) {}
}
