package kubelab.controlplane.events;

import io.fabric8.kubernetes.api.model.ObjectReference;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Decides what becomes of an occurrence: a new Event object, a higher count on an earlier one, or nothing.
 *
 * <p>Three rules, in this order. <b>Spam filter</b>: one source may say 25 things about one object, then one every
 * five minutes. <b>Aggregation</b>: the eleventh different message with the same reason within ten minutes becomes one
 * "(combined from similar events)". <b>Repetition</b>: the same words again raise the count.
 * Not thread-safe: the broadcaster's writer owns it.
 *
 * <p>Source: {@code client-go/tools/record/events_cache.go}, 1.34.
 */
final class EventCorrelator {
    static final int BURST = 25;
    static final Duration REFILL = Duration.ofSeconds(300);
    static final int SIMILAR = 10;
    static final Duration SIMILAR_WITHIN = Duration.ofSeconds(600);
    private static final int REMEMBERED = 4096;

    /** Something that a component said. */
    record Occurrence(
            String component,
            String host,
            ObjectReference about,
            Optional<ObjectReference> related,
            String type,
            String reason,
            String message,
            Instant at,
            boolean series) {}

    /** One Event object in the API server and what it counts. */
    static final class Written {
        final String name;
        final Instant first;
        Instant last;
        int count;
        String message;
        boolean created;

        Written(String name, Instant first, String message) {
            this.name = name;
            this.first = first;
            this.last = first;
            this.message = message;
        }
    }

    private record Source(String component, String host, String namespace, String kind, String name, String uid) {}

    private record Similar(Source source, String type, String reason, String fieldPath) {}

    private record Same(Similar similar, String message) {}

    private static final class Messages {
        final Set<String> seen = new HashSet<>();
        Instant last = Instant.MIN;
    }

    private static final class Bucket {
        double tokens = BURST;
        Instant filled;

        Bucket(Instant now) {
            filled = now;
        }

        boolean take(Instant now) {
            double more = Duration.between(filled, now).toMillis() / (double) REFILL.toMillis();
            tokens = Math.min(BURST, tokens + Math.max(0, more));
            filled = now;
            if (tokens < 1) {
                return false;
            }
            tokens -= 1;
            return true;
        }
    }

    private final Map<Source, Bucket> buckets = bounded();
    private final Map<Similar, Messages> similars = bounded();
    private final Map<Same, Written> written = bounded();
    private long lastName;

    /** The Event to write, with this occurrence counted in; empty when it must not be written at all. */
    Optional<Written> correlate(Occurrence occurrence) {
        ObjectReference about = occurrence.about();
        Source source = new Source(
                occurrence.component(),
                occurrence.host(),
                Objects.toString(about.getNamespace(), ""),
                Objects.toString(about.getKind(), ""),
                Objects.toString(about.getName(), ""),
                Objects.toString(about.getUid(), ""));
        Similar similar =
                new Similar(source, occurrence.type(), occurrence.reason(), Objects.toString(about.getFieldPath(), ""));

        // Upstream aggregates before it filters, and so do we: a dropped occurrence still counts as seen.
        boolean combined = !occurrence.series() && manySimilar(similar, occurrence);
        String message = combined ? "(combined from similar events): " + occurrence.message() : occurrence.message();
        Same same = new Same(similar, combined || occurrence.series() ? "" : occurrence.message());
        Written event = written.computeIfAbsent(
                same,
                k -> new Written(about.getName() + "." + uniqueSuffix(occurrence.at()), occurrence.at(), message));
        event.count++;
        event.last = occurrence.at();
        if (!occurrence.series()) {
            event.message = message;
        }
        boolean allowed = buckets.computeIfAbsent(source, k -> new Bucket(occurrence.at()))
                .take(occurrence.at());
        return allowed ? Optional.of(event) : Optional.empty();
    }

    private boolean manySimilar(Similar similar, Occurrence occurrence) {
        Messages messages = similars.computeIfAbsent(similar, k -> new Messages());
        if (messages.last != Instant.MIN
                && Duration.between(messages.last, occurrence.at()).compareTo(SIMILAR_WITHIN) > 0) {
            messages.seen.clear();
        }
        messages.last = occurrence.at();
        messages.seen.add(occurrence.message());
        return messages.seen.size() >= SIMILAR;
    }

    /** Nanoseconds in hexadecimal, as upstream; counted on when the clock stands still. */
    String uniqueSuffix(Instant now) {
        long nanos = now.getEpochSecond() * 1_000_000_000L + now.getNano();
        lastName = Math.max(lastName + 1, nanos);
        return Long.toHexString(lastName);
    }

    private static <K, V> Map<K, V> bounded() {
        return new LinkedHashMap<>(64, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > REMEMBERED;
            }
        };
    }
}
