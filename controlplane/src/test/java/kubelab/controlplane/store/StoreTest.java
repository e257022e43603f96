package kubelab.controlplane.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StoreTest {
    private final Store store = new MemoryStore();

    @Test
    void every_write_has_the_next_revision() throws Exception {
        long start = store.revision();
        Entry first = put("/registry/a/x", Store.ABSENT, "1");
        Entry second = put("/registry/a/x", first.modRevision(), "2");
        assertThat(first.modRevision()).isEqualTo(start + 1);
        assertThat(second.modRevision()).isEqualTo(start + 2);
        assertThat(second.createRevision()).isEqualTo(first.createRevision());
        assertThat(second.version()).isEqualTo(2);
    }

    @Test
    void write_at_another_revision_is_refused() throws Exception {
        Entry first = put("/registry/a/x", Store.ABSENT, "1");
        put("/registry/a/x", first.modRevision(), "2");
        assertThatThrownBy(() -> put("/registry/a/x", first.modRevision(), "3"))
                .isInstanceOf(CompareFailedException.class);
        assertThatThrownBy(() -> put("/registry/a/x", Store.ABSENT, "3")).isInstanceOf(CompareFailedException.class);
        assertThat(text(store.get("/registry/a/x"))).isEqualTo("2");
    }

    @Test
    void old_revisions_stay_readable_until_compaction() throws Exception {
        long one = put("/registry/a/x", Store.ABSENT, "1").modRevision();
        long two = put("/registry/a/x", Store.ANY, "2").modRevision();
        delete("/registry/a/x", "gone");
        assertThat(store.get("/registry/a/x")).isNull();
        assertThat(text(store.get("/registry/a/x", one))).isEqualTo("1");
        store.compact(new Command.Compact(two, "test"));
        assertThat(text(store.get("/registry/a/x", two))).isEqualTo("2");
        assertThatThrownBy(() -> store.get("/registry/a/x", one)).isInstanceOf(CompactedException.class);
        assertThatThrownBy(() -> store.watch("/registry/a/", one - 1, e -> {})).isInstanceOf(CompactedException.class);
    }

    @Test
    void watch_starts_where_it_is_told_and_misses_nothing() throws Exception {
        long before = store.revision();
        put("/registry/a/x", Store.ABSENT, "1");
        List<String> seen = new ArrayList<>();
        try (Store.Watch watch = store.watch("/registry/a/", before, e -> seen.add(name(e)))) {
            put("/registry/a/x", Store.ANY, "2");
            put("/registry/b/y", Store.ABSENT, "other");
            delete("/registry/a/x", "last");
        }
        put("/registry/a/z", Store.ABSENT, "after");
        assertThat(seen).containsExactly("put x=1", "put x=2", "delete x=last");
    }

    @Test
    void a_write_learns_its_own_revision_and_keeps_its_cause() throws Exception {
        byte[] text = "{\"rv\":\"\"}".getBytes(StandardCharsets.UTF_8);
        List<String> causes = new ArrayList<>();
        try (Store.Watch watch = store.watch(
                "/registry/a/", store.revision(), e -> causes.add(e.entry().cause()))) {
            Entry first = store.put(
                    new Command.Put("/registry/a/x", Store.ABSENT, new Value(text, 7, Map.of()), "request-1"));
            Entry second =
                    store.put(new Command.Put("/registry/a/x", Store.ANY, new Value(text, 7, Map.of()), "request-2"));
            assertThat(text(first)).isEqualTo("{\"rv\":\"" + first.modRevision() + "\"}");
            assertThat(text(second)).isEqualTo("{\"rv\":\"" + second.modRevision() + "\"}");
            assertThat(first.cause()).isEqualTo("request-1");
            delete("/registry/a/x", "gone");
        }
        assertThat(causes).containsExactly("request-1", "request-2", "delete");
        assertThatThrownBy(() -> new Value(text, 12, Map.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void range_is_a_snapshot_in_pages() throws Exception {
        for (int i = 0; i < 5; i++) {
            put("/registry/a/" + i, Store.ABSENT, "v" + i);
        }
        Page first = store.range("/registry/a/", null, 2, 0);
        put("/registry/a/9", Store.ABSENT, "late");
        delete("/registry/a/2", "gone");
        String last = first.entries().get(1).key();
        Page rest = store.range("/registry/a/", last, 0, first.revision());
        assertThat(first.more()).isTrue();
        assertThat(first.remaining()).isEqualTo(3);
        assertThat(rest.entries()).extracting(StoreTest::text).containsExactly("v2", "v3", "v4");
    }

    /** Random operations against a plain map, checked at every revision. */
    @Test
    void behaves_like_a_map_with_a_memory() throws Exception {
        Random random = new Random(42);
        TreeMap<Long, Map<String, String>> history = new TreeMap<>();
        Map<String, String> now = new TreeMap<>();
        history.put(store.revision(), Map.of());
        for (int i = 0; i < 2000; i++) {
            String key = "/registry/a/" + random.nextInt(20);
            if (random.nextInt(4) == 0) {
                delete(key, "gone");
                now.remove(key);
            } else {
                put(key, Store.ANY, "v" + i);
                now.put(key, "v" + i);
            }
            history.put(store.revision(), new TreeMap<>(now));
        }
        store.compact(new Command.Compact(history.lastKey() / 2, "test"));
        for (var state : history.tailMap(history.lastKey() / 2).entrySet()) {
            Map<String, String> read = new TreeMap<>();
            store.range("/registry/a/", null, 0, state.getKey()).entries().forEach(e -> read.put(e.key(), text(e)));
            assertThat(read).as("revision %d", state.getKey()).isEqualTo(state.getValue());
        }
    }

    @Test
    void concurrent_increments_are_not_lost() throws Exception {
        put("/registry/a/n", Store.ABSENT, "0");
        ExecutorService threads = Executors.newFixedThreadPool(4);
        for (int t = 0; t < 4; t++) {
            threads.submit(() -> {
                for (int i = 0; i < 250; ) {
                    Entry current = store.get("/registry/a/n");
                    try {
                        put("/registry/a/n", current.modRevision(), "" + (Integer.parseInt(text(current)) + 1));
                        i++;
                    } catch (CompareFailedException raced) {
                        // again
                    }
                }
                return null;
            });
        }
        threads.shutdown();
        assertThat(threads.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        assertThat(text(store.get("/registry/a/n"))).isEqualTo("1000");
    }

    private Entry put(String key, long expected, String text) throws CompareFailedException {
        return store.put(new Command.Put(key, expected, value(text), "put " + text));
    }

    private void delete(String key, String last) throws CompareFailedException {
        store.delete(new Command.Delete(key, Store.ANY, value(last), "delete"));
    }

    private static Value value(String text) {
        return new Value(text.getBytes(StandardCharsets.UTF_8), Value.NO_REVISION, Map.of());
    }

    private static String text(Entry entry) {
        return new String(entry.value(), StandardCharsets.UTF_8);
    }

    private static String name(StoreEvent event) {
        String key = event.entry().key();
        return (event.deleted() ? "delete " : "put ") + key.substring(key.lastIndexOf('/') + 1) + "="
                + text(event.entry());
    }
}
