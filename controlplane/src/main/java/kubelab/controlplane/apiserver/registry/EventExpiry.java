package kubelab.controlplane.apiserver.registry;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import kubelab.controlplane.json.Json;
import kubelab.controlplane.store.CompareFailedException;
import kubelab.controlplane.store.Entry;
import tools.jackson.databind.node.ObjectNode;

/**
 * Events are kept for an hour after they were last written.
 *
 * <p>Source: {@code --event-ttl} of kube-apiserver, 1.34.
 *
 * <p>Simplified: the API server looks for expired Events every few minutes; upstream gives each Event a lease in etcd.
 */
public final class EventExpiry {
    public static final Duration KEPT = Duration.ofHours(1);
    private static final List<List<String>> TIMES = List.of(
            List.of("series", "lastObservedTime"),
            List.of("lastTimestamp"),
            List.of("eventTime"),
            List.of("metadata", "creationTimestamp"));

    private static final String CAUSE = "event-expiry";

    private final ObjectStore objects;
    private final ResourceRegistry registry;

    public EventExpiry(ObjectStore objects, ResourceRegistry registry) {
        this.objects = objects;
        this.registry = registry;
    }

    public void removeBefore(Instant oldest) {
        Resource events = registry.find("", "events");
        if (events == null) {
            return;
        }
        for (Entry entry : objects.store().range(events.prefix(""), null, 0, 0).entries()) {
            ObjectNode event = Json.parseObject(entry.value());
            if (written(event).isBefore(oldest)) {
                try {
                    objects.remove(events, event, entry.modRevision(), CAUSE);
                } catch (CompareFailedException writtenAgain) {
                    // It goes on: its hour begins anew.
                }
            }
        }
    }

    private static Instant written(ObjectNode event) {
        for (List<String> path : TIMES) {
            String time = Json.string(event, path.toArray(String[]::new));
            if (!time.isEmpty()) {
                try {
                    return Instant.parse(time);
                } catch (DateTimeParseException odd) {
                    // Whatever a client wrote there: the next one will do.
                }
            }
        }
        return Instant.MAX;
    }
}
