package kubelab.controlplane.store;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The changes of one kind of keys and who wants to hear of them. Guarded by the store's writer lock. */
final class WatcherGroup {
    private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
    private List<StoreEvent> log = new ArrayList<>();
    /** Prefix → revision of the newest change under it, for the prefixes that were asked for. */
    private final Map<String, Long> newest = new HashMap<>();

    record Subscription(String prefix, Consumer<StoreEvent> callback) {}

    void publish(StoreEvent event) {
        log.add(event);
        newest.replaceAll((prefix, known) -> event.entry().key().startsWith(prefix) ? event.revision() : known);
        for (Subscription s : subscriptions) {
            if (event.entry().key().startsWith(s.prefix)) {
                s.callback.accept(event);
            }
        }
    }

    /** Events with a greater revision, oldest first. */
    List<StoreEvent> since(long revision) {
        int low = 0;
        int high = log.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (log.get(middle).revision() <= revision) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return log.subList(low, log.size());
    }

    /** The revision of the newest change under a prefix; 0 when none is known. */
    long newest(String prefix) {
        return newest.computeIfAbsent(prefix, p -> log.stream()
                .filter(e -> e.entry().key().startsWith(p))
                .mapToLong(StoreEvent::revision)
                .max()
                .orElse(0));
    }

    void forget(long upTo) {
        log = new ArrayList<>(since(upTo));
    }

    void subscribe(Subscription subscription) {
        subscriptions.add(subscription);
    }

    void unsubscribe(Subscription subscription) {
        // By identity: two watchers may have equal records.
        subscriptions.removeIf(s -> s == subscription);
    }
}
