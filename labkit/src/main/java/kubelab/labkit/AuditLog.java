package kubelab.labkit;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/**
 * The API server's audit log: which user asked for what, and what the answer was. It is read over the API, at the path {@code
 * /logs/kubernetes/audit.log}, so that it is the same in a notebook, a proof, a check and {@code kubectl get --raw}.
 *
 * <pre>{@code
 * var audit = lab.audit();
 * var before = audit.end();
 * lab.apply(…);
 * audit.since(before).withVerb("create").withResource("pods/binding").inNamespace(lab.namespace()).list();
 * }</pre>
 */
public final class AuditLog {
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final KubernetesClient client;

    private AuditLog(KubernetesClient client) {
        this.client = client;
    }

    /** @param client of a user who may get {@code /logs/*}, such as the administrator */
    public static AuditLog of(KubernetesClient client) {
        return new AuditLog(client);
    }

    /**
     * A place in the log.
     *
     * @param bytes from its beginning
     */
    public record Mark(long bytes) {}

    /** The place after the newest Event. @throws IllegalStateException when there is no log to be read */
    public Mark end() {
        return new Mark(new AuditLogReader(client, 0).end());
    }

    /** All Events that the log still has. */
    public Selection all() {
        return since(new Mark(0));
    }

    public Selection since(Mark mark) {
        return new Selection(mark, event -> true);
    }

    /** Those Events after a mark for which all hold that was added to it. Does not change; nothing is read before it is asked. */
    public final class Selection {
        private final Mark mark;
        private final Predicate<AuditEvent> wanted;

        private Selection(Mark mark, Predicate<AuditEvent> wanted) {
            this.mark = mark;
            this.wanted = wanted;
        }

        public Selection withUser(String user) {
            return matching(event -> event.user().equals(user));
        }

        public Selection withVerb(String verb) {
            return matching(event -> event.verb().equals(verb));
        }

        /** @param resource with its subresource, as in {@code pods} or {@code deployments/scale} */
        public Selection withResource(String resource) {
            return matching(event -> event.resource().equals(resource));
        }

        public Selection inNamespace(String namespace) {
            return matching(event -> event.namespace().equals(namespace));
        }

        public Selection withName(String name) {
            return matching(event -> event.name().equals(name));
        }

        public Selection matching(Predicate<AuditEvent> further) {
            return new Selection(mark, wanted.and(further));
        }

        /** In the order of the log: that in which the stages were reached. */
        public List<AuditEvent> list() {
            List<AuditEvent> found = new ArrayList<>();
            new AuditLogReader(client, mark.bytes).read(event -> {
                if (wanted.test(event)) {
                    found.add(event);
                }
            });
            return found;
        }

        /**
         * The first one, which may still be to come: a client can have its answer before the log has the Event.
         *
         * @param within how long it is waited for
         * @return empty if none has come
         */
        public Optional<AuditEvent> first(Duration within) {
            AuditLogReader reader = new AuditLogReader(client, mark.bytes);
            long limit = System.nanoTime() + within.toNanos();
            List<AuditEvent> found = new ArrayList<>();
            while (true) {
                boolean last = System.nanoTime() >= limit;
                reader.read(event -> {
                    if (wanted.test(event)) {
                        found.add(event);
                    }
                });
                if (!found.isEmpty() || last || Thread.currentThread().isInterrupted()) {
                    return found.stream().findFirst();
                }
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }
}
