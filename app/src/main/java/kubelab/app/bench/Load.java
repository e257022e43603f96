package kubelab.app.bench;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Sends one kind of request after another for a while, from as many clients as are given, and takes the times. */
final class Load {
    private Load() {}

    /** One request. */
    interface Request {
        /**
         * @param client which of the clients, from 0
         * @param number which of its requests, from 0
         */
        void send(KubernetesClient by, int client, int number);
    }

    /**
     * @param p50 of one request, ms
     * @param perSecond requests of all clients together
     */
    record Rate(double p50, double perSecond) {}

    static Rate run(List<KubernetesClient> clients, Duration time, Request request) throws InterruptedException {
        ExecutorService pool = Executors.newFixedThreadPool(clients.size(), task -> new Thread(task, "load"));
        try {
            long begin = System.nanoTime();
            long end = begin + time.toNanos();
            List<Future<List<Long>>> all = new ArrayList<>();
            for (int i = 0; i < clients.size(); i++) {
                int client = i;
                all.add(pool.submit(() -> {
                    List<Long> times = new ArrayList<>();
                    int number = 0;
                    do {
                        long start = System.nanoTime();
                        request.send(clients.get(client), client, number++);
                        times.add(System.nanoTime() - start);
                    } while (System.nanoTime() < end);
                    return times;
                }));
            }
            List<Long> times = new ArrayList<>();
            for (Future<List<Long>> one : all) {
                times.addAll(one.get());
            }
            double seconds = (System.nanoTime() - begin) / 1e9;
            times.sort(Long::compare);
            return new Rate(times.get(times.size() / 2) / 1e6, times.size() / seconds);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a request of the load failed: " + e.getCause(), e.getCause());
        } finally {
            pool.shutdownNow();
        }
    }
}
