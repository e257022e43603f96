package kubelab.grader.looks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import kubelab.containers.host.DaemonThreads;
import kubelab.labkit.Connection;
import kubelab.labkit.Dialer;
import kubelab.labkit.TcpLoadBalancer;
import kubelab.labkit.TcpLoadBalancer.Conditions;
import kubelab.labkit.TcpLoadBalancer.Endpoint;
import kubelab.labkit.TcpLoadBalancer.EndpointPort;
import kubelab.labkit.TcpLoadBalancer.EndpointSlice;

/** Pods that exist only for a balancer that is called directly, for what real Pods do not do on demand, such as refusing. */
public final class InventedPods {
    /** More than a connection carries in one piece. */
    private static final int LONG = 200_000;

    private static final long LONGEST_MS = 5000;
    private static final long NOTHING_MOVES_NANOS = 2_000_000_000L;

    private final List<String> dialled = new CopyOnWriteArrayList<>();

    /** A slice of Pods that are ready. */
    public static EndpointSlice slice(String name, int port, String... addresses) {
        return slice(
                name,
                port,
                Stream.of(addresses)
                        .map(a -> endpoint(a, new Conditions(true, true, false)))
                        .toList());
    }

    /** A slice of two Pods: one is being deleted and still answers, so it is not ready; the other one is ready. */
    public static EndpointSlice ending(String name, int port, String ending, String ready) {
        Endpoint going = endpoint(ending, new Conditions(false, true, true));
        Endpoint staying = endpoint(ready, new Conditions(true, true, false));
        return slice(name, port, List.of(going, staying));
    }

    /** A slice of one Pod, which is being deleted and still answers. */
    public static EndpointSlice ending(String name, int port, String ending) {
        return slice(name, port, List.of(endpoint(ending, new Conditions(false, true, true))));
    }

    private static EndpointSlice slice(String name, int port, List<Endpoint> endpoints) {
        return new EndpointSlice(name, List.of(new EndpointPort("", port)), endpoints);
    }

    private static Endpoint endpoint(String address, Conditions conditions) {
        return new Endpoint(List.of(address), conditions, "", "");
    }

    /** What the balancer dialled so far, as in {@code 10.9.0.1:80}. */
    public List<String> dialled() {
        return List.copyOf(dialled);
    }

    /**
     * One client of the balancer's, which asks, waits for the answer and closes; whether it got it.
     *
     * @param refusing who refuses, as in {@code 10.9.0.1:80}
     */
    public boolean serve(TcpLoadBalancer balancer, Set<String> refusing) {
        InventedConnection client = new InventedConnection();
        client.say("ping");
        CompletableFuture<Void> over = serving(balancer, client, (host, port) -> {
            dialled.add(host + ":" + port);
            if (refusing.contains(host + ":" + port)) {
                throw new IOException("connection refused");
            }
            return pong();
        });
        boolean answered = client.hears("pong");
        client.end();
        await(over);
        return answered;
    }

    /** A Pod that says one thing and closes. */
    private static InventedConnection pong() {
        InventedConnection pod = new InventedConnection();
        pod.say("pong");
        pod.end();
        return pod;
    }

    /** A Pod that answers what it is asked, and closes. */
    private static InventedConnection listening() {
        InventedConnection pod = new InventedConnection();
        DaemonThreads.start("invented pod", () -> {
            if (pod.hears("ping")) {
                pod.say("pong");
            }
            pod.end();
        });
        return pod;
    }

    /**
     * A conversation in which the Pod speaks first, and which has two requests; the second one and its answer are long.
     * Returns what did not come through; empty if all did.
     */
    public String converse(TcpLoadBalancer balancer) {
        InventedConnection client = new InventedConnection();
        InventedConnection pod = new InventedConnection();
        CompletableFuture<Void> over = serving(balancer, client, (host, port) -> pod);
        String lost = said(client, pod);
        if (lost.isEmpty()) {
            pod.end();
            lost = client.isClosed() ? "" : "the client's connection stays open after the Pod has closed its own";
        }
        client.close();
        pod.close();
        await(over);
        return lost;
    }

    private static String said(InventedConnection client, InventedConnection pod) {
        pod.say("welcome");
        if (!client.hears("welcome")) {
            return "what the Pod says first does not come to the client";
        }
        client.say("first");
        boolean heard = pod.hears("first");
        pod.say("answer");
        // One text for both: of a balancer that closes after a first word it is by chance what still comes through.
        if (!heard || !client.hears("answer")) {
            return "the client's first request, or the Pod's answer to it, does not come through";
        }
        String request = "q".repeat(LONG);
        client.say(request);
        if (!pod.hears(request)) {
            return "the client's second request, which is long, does not come to the Pod as a whole";
        }
        String answer = "a".repeat(LONG);
        pod.say(answer);
        return client.hears(answer)
                ? ""
                : "the Pod's second answer, which is long, does not come to the client as a whole";
    }

    /** Whether a client is served while so many others are connected and say nothing. */
    public boolean serveBeside(TcpLoadBalancer balancer, int silent) {
        AtomicBoolean over = new AtomicBoolean();
        List<InventedConnection> clients = new ArrayList<>();
        List<InventedConnection> pods = new CopyOnWriteArrayList<>();
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int i = 0; i < silent; i++) {
            InventedConnection client = new InventedConnection();
            clients.add(client);
            all.add(serving(balancer, client, (host, port) -> {
                InventedConnection pod = new InventedConnection();
                pods.add(pod);
                if (over.get()) {
                    pod.end();
                }
                return pod;
            }));
        }
        awaitAllOrStillness(pods, silent);
        InventedConnection speaking = new InventedConnection();
        speaking.say("ping");
        clients.add(speaking);
        all.add(serving(balancer, speaking, (host, port) -> listening()));
        boolean served = speaking.hears("pong");
        over.set(true);
        clients.forEach(InventedConnection::end);
        pods.forEach(InventedConnection::end);
        await(CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)));
        return served;
    }

    /** Before the silent clients have been taken on, the one that speaks might overtake them. */
    private static void awaitAllOrStillness(List<InventedConnection> pods, int wanted) {
        int before = 0;
        long since = System.nanoTime();
        while (pods.size() < wanted && System.nanoTime() - since < NOTHING_MOVES_NANOS) {
            if (pods.size() > before) {
                before = pods.size();
                since = System.nanoTime();
            }
            try {
                Thread.sleep(10);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** Lets the balancer serve a client; both sides are closed when it returns, as by the harness. */
    private static CompletableFuture<Void> serving(TcpLoadBalancer balancer, InventedConnection client, Dialer dialer) {
        CompletableFuture<Void> over = new CompletableFuture<>();
        List<Connection> dialledHere = new CopyOnWriteArrayList<>();
        DaemonThreads.start("invented client", () -> {
            try {
                balancer.serve(client, (host, port) -> {
                    Connection pod = dialer.dial(host, port);
                    dialledHere.add(pod);
                    return pod;
                });
                over.complete(null);
            } catch (IOException e) {
                // this client's conversation ended badly, which shows in what it got
                over.complete(null);
            } catch (RuntimeException e) {
                over.completeExceptionally(e);
            } finally {
                client.close();
                dialledHere.forEach(InventedPods::close);
            }
        });
        return over;
    }

    private static void close(Connection connection) {
        try {
            connection.close();
        } catch (IOException e) {
            // it exists in memory only
        }
    }

    private static void await(CompletableFuture<Void> over) {
        try {
            over.get(LONGEST_MS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException fault ? fault : new IllegalStateException(e.getCause());
        } catch (TimeoutException e) {
            // it serves on, for no client
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
