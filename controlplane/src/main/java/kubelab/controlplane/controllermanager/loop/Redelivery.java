package kubelab.controlplane.controllermanager.loop;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import kubelab.containers.clock.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a handler again what it threw at. Upstream's process ends by such a panic, and hears of every object when it has
 * been started again; here the one object is told of once more, as it is by then, after a pause that grows.
 *
 * <p>The first telling is on the informer's thread, a later one on the clock's: a handler must bear both at once.
 */
final class Redelivery<T extends HasMetadata> implements ResourceEventHandler<T> {
    static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LAST = Duration.ofMinutes(5);
    private static final Logger LOG = LoggerFactory.getLogger(Redelivery.class);

    private final SharedIndexInformer<T> informer;
    private final Clock clock;
    private final Consumer<T> added;
    private final BiConsumer<T, T> updated;
    private final Consumer<T> deleted;

    Redelivery(
            SharedIndexInformer<T> informer,
            Clock clock,
            Consumer<T> added,
            BiConsumer<T, T> updated,
            Consumer<T> deleted) {
        this.informer = informer;
        this.clock = clock;
        this.added = added;
        this.updated = updated;
        this.deleted = deleted;
    }

    @Override
    public void onAdd(T object) {
        tell(object, () -> added.accept(object), added, FIRST);
    }

    @Override
    public void onUpdate(T before, T after) {
        tell(before, () -> updated.accept(before, after), now -> updated.accept(before, now), FIRST);
    }

    @Override
    public void onDelete(T object, boolean stateUnknown) {
        tell(object, () -> deleted.accept(object), added, FIRST);
    }

    /** @param present what to tell later if the object is there by then */
    private void tell(T object, Runnable handler, Consumer<T> present, Duration pause) {
        try {
            handler.run();
        } catch (RuntimeException e) {
            Key key = Key.of(object);
            LOG.error("A handler of {} {} failed; it is told again in {}", object.getKind(), key, pause, e);
            Duration next = pause.multipliedBy(2).compareTo(LAST) < 0 ? pause.multipliedBy(2) : LAST;
            clock.schedule(pause, () -> tell(object, () -> retell(object, key, present), present, next));
        }
    }

    private void retell(T object, Key key, Consumer<T> present) {
        T now = informer.getStore().getByKey(key.cacheKey());
        if (now == null) {
            deleted.accept(object);
        } else {
            present.accept(now);
        }
    }
}
