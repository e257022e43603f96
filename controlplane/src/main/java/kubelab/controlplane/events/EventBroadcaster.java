package kubelab.controlplane.events;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import kubelab.containers.clock.Clock;
import kubelab.containers.host.DaemonThreads;
import kubelab.controlplane.events.EventCorrelator.Occurrence;
import kubelab.controlplane.events.EventCorrelator.Written;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what recorders say and writes it, one thread for all of them. Occurrences that wait together and belong to the
 * same Event are one request: a controller that reports a failure a thousand times a second costs one write a round.
 */
public final class EventBroadcaster implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventBroadcaster.class);
    private static final int WAITING = 20_000;
    private static final DateTimeFormatter MICROS = new DateTimeFormatterBuilder()
            .appendPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'")
            .toFormatter()
            .withZone(java.time.ZoneOffset.UTC);

    private final Clock clock;
    private final EventCorrelator correlator = new EventCorrelator();
    private final Object lock = new Object();
    private final ArrayDeque<Said> waiting = new ArrayDeque<>();
    private final Thread writer;
    private boolean writing;
    private boolean closed;

    private record Said(Recorder recorder, Occurrence occurrence) {}

    private record Due(Recorder recorder, Occurrence occurrence, Written event) {}

    /** @param name of the writer's thread, e.g. {@code controller-manager-events} */
    public EventBroadcaster(String name, Clock clock) {
        this.clock = clock;
        writer = DaemonThreads.of(name, this::run);
        writer.start();
    }

    /**
     * A recorder that writes Events as controllers and kubelets do: source, first and last time, count.
     *
     * @param client writes the Events; its user is the component's own
     * @param component e.g. {@code replicaset-controller} or {@code kubelet}
     * @param host the node's name, empty for a component of the control plane
     */
    public EventRecorder recorder(KubernetesClient client, String component, String host) {
        return new Recorder(client, component, host, Map.of());
    }

    /**
     * A recorder that writes Events of the newer kind (events.k8s.io), as the scheduler does: one time in microseconds,
     * an action, and a series for repetitions, whatever their message.
     *
     * <p>Simplified: a series is written at each repetition; upstream writes it at the first one and then every half
     * hour.
     *
     * @param instance which copy of the component, e.g. {@code default-scheduler-server}
     * @param actions reason → what was being done, e.g. {@code Scheduled → Binding}
     */
    public EventRecorder seriesRecorder(
            KubernetesClient client, String component, String instance, Map<String, String> actions) {
        return new Recorder(client, component, instance, actions);
    }

    /** Nothing waits to be written and nothing is being written. */
    public boolean idle() {
        synchronized (lock) {
            return waiting.isEmpty() && !writing;
        }
    }

    /** Stops; what still waits is dropped, as when a process ends. */
    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            waiting.clear();
            lock.notifyAll();
        }
        writer.interrupt();
    }

    private void say(Recorder recorder, Occurrence occurrence) {
        synchronized (lock) {
            if (closed || waiting.size() >= WAITING) {
                return;
            }
            waiting.add(new Said(recorder, occurrence));
            lock.notifyAll();
        }
    }

    private void run() {
        List<Said> batch = new ArrayList<>();
        while (true) {
            synchronized (lock) {
                writing = false;
                try {
                    while (waiting.isEmpty() && !closed) {
                        lock.wait();
                    }
                } catch (InterruptedException stop) {
                    return;
                }
                if (closed) {
                    return;
                }
                writing = true;
                batch.addAll(waiting);
                waiting.clear();
            }
            write(batch);
            batch.clear();
        }
    }

    private void write(List<Said> batch) {
        Map<Written, Due> due = new LinkedHashMap<>();
        for (Said said : batch) {
            correlator
                    .correlate(said.occurrence())
                    .ifPresent(event -> due.put(event, new Due(said.recorder(), said.occurrence(), event)));
        }
        for (Due one : due.values()) {
            try {
                one.recorder().write(one.occurrence(), one.event());
            } catch (KubernetesClientException refused) {
                // An Event is a courtesy: a namespace that is being deleted refuses new ones, and nobody waits for it.
                LOG.debug("event {} not written: {}", one.event().name, refused.getMessage());
            } catch (RuntimeException | Error e) {
                if (!isClosed()) {
                    LOG.debug("event {} not written", one.event().name, e);
                }
            }
        }
    }

    private boolean isClosed() {
        synchronized (lock) {
            return closed;
        }
    }

    private final class Recorder implements EventRecorder {
        private final KubernetesClient client;
        private final String component;
        private final String instance;
        private final Map<String, String> actions;

        Recorder(KubernetesClient client, String component, String instance, Map<String, String> actions) {
            this.client = client;
            this.component = component;
            this.instance = instance;
            this.actions = Map.copyOf(actions);
        }

        @Override
        public void event(ObjectReference about, Type type, String reason, String message) {
            say(about, Optional.empty(), type, reason, message);
        }

        @Override
        public void event(ObjectReference about, ObjectReference related, Type type, String reason, String message) {
            say(about, Optional.of(related), type, reason, message);
        }

        private void say(
                ObjectReference about, Optional<ObjectReference> related, Type type, String reason, String message) {
            EventBroadcaster.this.say(
                    this,
                    new Occurrence(
                            component,
                            instance,
                            about,
                            related,
                            type.text(),
                            reason,
                            message,
                            clock.now(),
                            !actions.isEmpty()));
        }

        void write(Occurrence occurrence, Written event) {
            String namespace = Objects.requireNonNullElse(occurrence.about().getNamespace(), "default");
            if (event.created) {
                try {
                    // By name alone the client would read the Event first, which a component may not.
                    client.resource(named(namespace, event.name))
                            .patch(PatchContext.of(PatchType.STRATEGIC_MERGE), repetition(event));
                    return;
                } catch (KubernetesClientException e) {
                    if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                        throw e;
                    }
                    // Its hour is over and it was removed: start a new one that goes on counting.
                }
            }
            // Raw: nobody reads the answer, so nobody decodes it.
            client.raw("/api/v1/namespaces/" + namespace + "/events", "POST", object(namespace, occurrence, event));
            event.created = true;
        }

        private static Event named(String namespace, String name) {
            return new EventBuilder()
                    .withNewMetadata()
                    .withName(name)
                    .withNamespace(namespace)
                    .endMetadata()
                    .build();
        }

        private String repetition(Written event) {
            if (actions.isEmpty()) {
                return "{\"count\":" + event.count + ",\"lastTimestamp\":\"" + seconds(event.last) + "\",\"message\":"
                        + quote(event.message) + "}";
            }
            return "{\"series\":{\"count\":" + event.count + ",\"lastObservedTime\":\"" + MICROS.format(event.last)
                    + "\"}}";
        }

        private Event object(String namespace, Occurrence occurrence, Written event) {
            EventBuilder builder = new EventBuilder()
                    .withNewMetadata()
                    .withName(event.name)
                    .withNamespace(namespace)
                    .endMetadata()
                    .withInvolvedObject(occurrence.about())
                    .withType(occurrence.type())
                    .withReason(occurrence.reason())
                    .withMessage(event.message)
                    .withReportingComponent(component)
                    .withReportingInstance(instance);
            occurrence.related().ifPresent(builder::withRelated);
            if (!actions.isEmpty()) {
                builder.withAction(actions.getOrDefault(occurrence.reason(), occurrence.reason()))
                        .withEventTime(new MicroTime(MICROS.format(event.first)))
                        .withNewSource()
                        .endSource();
                if (event.count > 1) {
                    builder.withNewSeries()
                            .withCount(event.count)
                            .withLastObservedTime(new MicroTime(MICROS.format(event.last)))
                            .endSeries();
                }
                return builder.build();
            }
            builder.withCount(event.count)
                    .withFirstTimestamp(seconds(event.first))
                    .withLastTimestamp(seconds(event.last))
                    .withNewSource(component, instance.isEmpty() ? null : instance);
            return builder.build();
        }
    }

    private static String seconds(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static String quote(String text) {
        return io.fabric8.kubernetes.client.utils.Serialization.asJson(text);
    }
}
