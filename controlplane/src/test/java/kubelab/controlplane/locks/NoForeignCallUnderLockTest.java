package kubelab.controlplane.locks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import kubelab.containers.clock.ClusterClock;
import kubelab.controlplane.EmbeddedCluster;
import kubelab.controlplane.apiserver.request.Sink;
import kubelab.controlplane.locks.CodeUnderLock.Method;
import org.junit.jupiter.api.Test;

/**
 * Nothing foreign is called while a lock is held: no callback, no client, no connection, nothing that waits. What is
 * called so may take locks of its own, and whoever holds those may wait for ours: a watch's end once ran a client's
 * reconnect under the watch's monitor, and the cluster went deaf for good.
 */
class NoForeignCallUnderLockTest {
    private static final Set<String> WAITS = Set.of("join", "get", "sleep", "await", "take", "awaitTermination");

    /** Makes or reads a client's things and opens nothing. */
    private static final Set<String> HARMLESS = Set.of(
            "addEventHandler",
            "addIndexers",
            "exceptionHandler",
            "itemStore",
            "removeNamespaceIndex",
            "runnableInformer",
            "sharedIndexInformerFor",
            "getIndexer",
            "getStore",
            "byIndex",
            "getByKey",
            "list",
            "pods",
            "nodes",
            "services",
            "configMaps",
            "secrets",
            "inAnyNamespace",
            "build",
            "withTaskExecutor",
            "withHttpClientFactory");

    private static final List<String> IN_MEMORY = List.of("AtomicDirectory.", "FsGroup.", "NodeFiles.");

    /** Each with the reason why it may be called under a lock. */
    private static final Map<String, String> ALLOWED = Map.of(
            "WatcherGroup.publish -> Consumer.accept",
                    "a watch puts the event into its buffer; scanned as code under lock",
            "Resources.sum -> Function.apply", "a getter of a record",
            "ClusterClock.putOff -> Predicate.test", "the method's own condition",
            "ImageRegistry.exact -> Supplier.get", "makes an image, from nothing but constants",
            "ApiDocument.resource -> InputStream.readAllBytes", "reads a file of this program",
            "Tables.recorded -> InputStream.readAllBytes", "reads a file of this program",
            "FileTree.delete -> Files.walkFileTree",
                    "the control plane deletes folders of nodes only, and their file system is in memory");

    private static boolean isForeign(Method method) {
        String owner = method.owner();
        String name = method.name();
        if (name.equals("<init>")) {
            return false;
        }
        if (owner.startsWith("io/fabric8/kubernetes/client/")) {
            return !owner.startsWith("io/fabric8/kubernetes/client/utils/Serialization")
                    && !owner.endsWith("Exception")
                    && !HARMLESS.contains(name);
        }
        return switch (owner) {
            case "java/lang/Runnable",
                    "java/util/concurrent/Callable",
                    "java/lang/AutoCloseable",
                    "java/io/Closeable" -> true;
            case "java/io/InputStream", "java/io/OutputStream" -> !name.equals("close");
            case "java/util/concurrent/CompletableFuture" ->
                WAITS.contains(name)
                        || name.equals("cancel")
                        || name.startsWith("then")
                        || name.startsWith("when")
                        || name.startsWith("complete") && !name.equals("completedFuture");
            case "java/lang/Thread", "java/util/concurrent/Future", "java/util/concurrent/CountDownLatch" ->
                WAITS.contains(name);
            default ->
                owner.startsWith("java/util/function/") && !name.equals("and") && !name.equals("negate")
                        || owner.startsWith("io/vertx/")
                        || owner.startsWith("java/nio/file/Files")
                        || owner.startsWith("kubelab/controlplane/apiserver/request/Sink")
                        || owner.startsWith("kubelab/controlplane/apiserver/request/Duplex")
                        || owner.endsWith("$Listener")
                        || owner.endsWith("$Follower")
                        || owner.endsWith("/clock/Clock") && WAITS.contains(name);
        };
    }

    @Test
    void no_component_calls_what_is_foreign_while_it_holds_a_lock() throws Exception {
        Map<String, String> found = new CodeUnderLock(classesOf(EmbeddedCluster.class), classesOf(ClusterClock.class))
                .foreignCalls(NoForeignCallUnderLockTest::isForeign);
        found.keySet().removeAll(ALLOWED.keySet());
        // The nodes' file system is in memory, and calls nothing.
        found.keySet().removeIf(call -> IN_MEMORY.stream().anyMatch(call::startsWith));
        assertThat(found)
                .as("holder -> foreign call, and the way from the one to the other")
                .isEmpty();
    }

    @Test
    void the_rule_sees_calls_in_blocks_and_methods_behind_others_and_in_lambdas() throws Exception {
        Map<String, String> found = new CodeUnderLock(classesOf(Guilty.class).resolve("kubelab/controlplane/locks"))
                .foreignCalls(NoForeignCallUnderLockTest::isForeign);
        assertThat(found.keySet().stream().filter(k -> k.contains("Guilty") || k.contains("Helper")))
                .containsExactly(
                        "NoForeignCallUnderLockTest$Guilty.afterReturn -> CompletableFuture.complete",
                        "NoForeignCallUnderLockTest$Guilty.each -> Sink.end",
                        "NoForeignCallUnderLockTest$Guilty.inMap -> Sink.end",
                        "NoForeignCallUnderLockTest$Guilty.whole -> Sink.end",
                        "NoForeignCallUnderLockTest$Helper.run -> Sink.end");
    }

    private static Path classesOf(Class<?> type) throws Exception {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    private interface Step {
        void run(Sink sink);
    }

    private static final class Helper implements Step {
        @Override
        public void run(Sink sink) {
            sink.end();
        }
    }

    /** Five faults of the kind that is looked for, and what is none: a call behind the lock, one that is left to later. */
    @SuppressWarnings("unused")
    private static final class Guilty {
        private final Map<String, String> map = new ConcurrentHashMap<>();
        private boolean over;

        synchronized void whole(Sink sink) {
            sink.end();
        }

        void behindAnother(Sink sink, Step step) {
            synchronized (map) {
                step.run(sink);
            }
        }

        void each(List<Sink> sinks) {
            synchronized (map) {
                sinks.forEach(sink -> sink.end());
            }
        }

        void inMap(Sink sink) {
            map.computeIfAbsent("", k -> {
                sink.end();
                return k;
            });
        }

        void afterReturn(CompletableFuture<String> future) {
            synchronized (map) {
                if (over) {
                    return;
                }
                future.complete("");
            }
        }

        void innocent(Sink sink, Executor workers) {
            synchronized (map) {
                over = true;
                workers.execute(() -> sink.end());
            }
            sink.end();
        }
    }
}
