package kubelab.controlplane.controllermanager.loop;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import kubelab.containers.clock.Clock;
import kubelab.controlplane.events.EventRecorder;
import kubelab.controlplane.labels.LabelSelectors;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a controller from creating without bound, whatever it reads. Thread-safe.
 *
 * <p>What its owner's selector does not select, the owner would let go at once and create again: it creates nothing then.
 * And what goes as soon as it comes, such as Pods that their node refuses, is created again only so often a minute.
 *
 * <p>Simplified: upstream has no common bound; it relies on validation to keep selectors and templates consistent.
 */
public final class CreationGuard {
    /** So many in a minute of cluster time, and twice what the owner wants. */
    static final int A_MINUTE = 100;

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final Clock clock;
    private final EventRecorder events;
    private final Map<Key, Deque<Instant>> created = new HashMap<>();

    public CreationGuard(Clock clock, EventRecorder events) {
        this.clock = clock;
        this.events = events;
    }

    /**
     * Whether the owner would keep what it makes from the template. If not, an Event on the owner says so.
     *
     * @param template the metadata of what would be made; null when there is none
     */
    public boolean keeps(HasMetadata owner, @Nullable LabelSelector selector, @Nullable ObjectMeta template) {
        if (isEmpty(selector)) {
            String kind = owner.getKind().replaceAll("([a-z])([A-Z])", "$1 $2").toLowerCase(Locale.ROOT);
            events.warning(
                    owner,
                    "SelectingAll",
                    "This " + kind + " is selecting all pods. A non-empty selector is required.");
            return false;
        }
        if (!LabelSelectors.match(selector, template == null ? null : template.getLabels())) {
            events.warning(
                    owner,
                    "FailedCreate",
                    "Nothing is created: the selector does not match the labels of the template");
            return false;
        }
        return true;
    }

    /**
     * How long the owner must wait before it may create again; zero when it may now.
     *
     * @param wanted how many it wants to have in the end
     */
    public synchronized Duration hold(Key owner, int wanted) {
        Deque<Instant> times = created.get(owner);
        if (times == null) {
            return Duration.ZERO;
        }
        Instant now = clock.now();
        while (!times.isEmpty() && !times.element().plus(MINUTE).isAfter(now)) {
            times.remove();
        }
        return times.size() < A_MINUTE + 2L * wanted
                ? Duration.ZERO
                : Duration.between(now, times.element().plus(MINUTE));
    }

    /** One was created. */
    public synchronized void created(Key owner) {
        created.computeIfAbsent(owner, key -> new ArrayDeque<>()).add(clock.now());
    }

    /** The owner is gone. */
    public synchronized void forget(Key owner) {
        created.remove(owner);
    }

    private static boolean isEmpty(@Nullable LabelSelector selector) {
        return selector != null
                && Objects.requireNonNullElse(selector.getMatchLabels(), Map.of())
                        .isEmpty()
                && (selector.getMatchExpressions() == null
                        || selector.getMatchExpressions().isEmpty());
    }
}
