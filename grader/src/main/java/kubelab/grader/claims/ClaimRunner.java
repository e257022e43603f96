package kubelab.grader.claims;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import kubelab.containers.host.DaemonThreads;
import kubelab.course.Claim;
import kubelab.labkit.Evidence;
import kubelab.labkit.Proof;

/** Runs proofs and their falsifiers side by side, each in a namespace of its own. */
public final class ClaimRunner {
    /** No proof takes this long; one that does waits for something that never comes. */
    private static final long DEADLINE_SECONDS = 120;

    private final KubernetesClient client;
    private final UnaryOperator<String> newNamespace;
    private final ClassLoader proofs;

    /**
     * @param client may do everything in the namespaces made here
     * @param newNamespace makes a fresh namespace for a prefix and returns its name; the cluster's owner deletes it
     * @param proofs finds the classes that claims.yaml names, see {@link #solutions}
     */
    public ClaimRunner(KubernetesClient client, UnaryOperator<String> newNamespace, ClassLoader proofs) {
        this.client = client;
        this.newNamespace = newNamespace;
        this.proofs = proofs;
    }

    /** A class loader over solutions/: its jar or its folder of classes. */
    public static ClassLoader solutions(Path jarOrClasses) {
        try {
            URL[] urls = {jarOrClasses.toUri().toURL()};
            return new URLClassLoader("solutions", urls, Proof.class.getClassLoader());
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException("not a path: " + jarOrClasses, e);
        }
    }

    /** The results in the order of the claims; the listener hears of each as it comes. */
    public List<ClaimResult> run(List<Claim> claims, Consumer<ClaimResult> listener) {
        ExecutorService pool =
                Executors.newFixedThreadPool(Math.max(2, 2 * claims.size()), DaemonThreads.named("claims"));
        try {
            List<CompletableFuture<ClaimResult>> running = new ArrayList<>();
            for (Claim claim : claims) {
                long start = System.nanoTime();
                CompletableFuture<Evidence> proof = CompletableFuture.supplyAsync(() -> evidence(claim, true), pool);
                CompletableFuture<Evidence> falsifier =
                        CompletableFuture.supplyAsync(() -> evidence(claim, false), pool);
                running.add(proof.thenCombine(falsifier, (p, f) -> {
                    ClaimResult result = new ClaimResult(claim, p, f, Duration.ofNanos(System.nanoTime() - start));
                    listener.accept(result);
                    return result;
                }));
            }
            return running.stream().map(CompletableFuture::join).toList();
        } finally {
            pool.shutdownNow();
        }
    }

    /** A proof that throws does not hold; a falsifier that throws counts as one that held: neither shows anything. */
    private Evidence evidence(Claim claim, boolean prove) {
        CompletableFuture<Evidence> result = new CompletableFuture<>();
        Thread thread = DaemonThreads.start("claim-" + claim.id(), () -> {
            try {
                Proof proof = (Proof) Class.forName(claim.proof(), true, proofs)
                        .getDeclaredConstructor()
                        .newInstance();
                String namespace =
                        newNamespace.apply("claim-" + claim.id().toLowerCase(Locale.ROOT) + (prove ? "" : "-not"));
                result.complete(prove ? proof.prove(client, namespace) : proof.falsify(client, namespace));
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        try {
            return result.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
        } catch (Exception e) {
            thread.interrupt();
            Throwable cause = e.getCause() == null ? e : e.getCause();
            return Evidence.of(!prove, (prove ? "the proof" : "the falsifier") + " runs to its end", cause.toString());
        }
    }
}
