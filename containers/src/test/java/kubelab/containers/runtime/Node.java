package kubelab.containers.runtime;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import kubelab.containers.clock.ClusterClock;
import kubelab.containers.network.ClusterNetwork;
import kubelab.containers.network.NodeNetwork;
import kubelab.containers.runtime.image.ImageRegistry;
import kubelab.containers.runtime.image.RemoteImages;

/** A node with a runtime and nothing else, for tests. */
final class Node implements AutoCloseable {
    final ClusterClock clock = new ClusterClock();
    final ClusterNetwork cluster = new ClusterNetwork(clock);
    final NodeNetwork network = cluster.node("server", "172.18.0.2", "10.42.0.0/24");
    final SimulatedRuntime runtime =
            new SimulatedRuntime("server", clock, network, new ImageRegistry(), RemoteImages.NONE);

    PodSandbox pod(String name) {
        return pod(name, false);
    }

    PodSandbox pod(String name, boolean shareProcesses) {
        PodSandboxConfig.Dns dns = new PodSandboxConfig.Dns(
                List.of("10.43.0.10"),
                List.of("test.svc.cluster.local", "svc.cluster.local", "cluster.local"),
                List.of("ndots:5"));
        return runtime.runPodSandbox(
                new PodSandboxConfig("test", name, "uid-" + name, name, "", false, dns, Map.of(), shareProcesses));
    }

    RuntimeContainer start(PodSandbox pod, String image, String... command) throws ContainerException {
        return start(pod, config(image, command));
    }

    RuntimeContainer start(PodSandbox pod, ContainerConfig config) throws ContainerException {
        RuntimeContainer container = runtime.createContainer(pod, config);
        container.start();
        return container;
    }

    static ContainerConfig config(String image, String... command) {
        return config(image, ContainerConfig.Resources.UNLIMITED, command);
    }

    static ContainerConfig config(String image, ContainerConfig.Resources resources, String... command) {
        return new ContainerConfig(
                "c",
                0,
                image,
                List.of(command),
                List.of(),
                Map.of(),
                "",
                List.of(),
                false,
                false,
                ContainerConfig.Security.DEFAULT,
                resources);
    }

    record Result(String stdout, String stderr, int code) {}

    static Result exec(RuntimeContainer container, String... command) throws Exception {
        return execWith(container, "", command);
    }

    static Result execWith(RuntimeContainer container, String stdin, String... command) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        ByteArrayInputStream in =
                stdin.isEmpty() ? null : new ByteArrayInputStream(stdin.getBytes(StandardCharsets.UTF_8));
        RuntimeContainer.Process process =
                container.exec(new RuntimeContainer.Exec(List.of(command), false, in, out, err));
        int code;
        try {
            code = process.exitCode().get(20, TimeUnit.SECONDS);
        } catch (java.util.concurrent.TimeoutException late) {
            process.kill();
            return new Result(out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8), -1);
        }
        return new Result(out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8), code);
    }

    static String log(RuntimeContainer container) {
        return container.log().lines().stream().map(ContainerLog.Line::text).collect(Collectors.joining("\n"));
    }

    static RuntimeContainer.Exit ended(RuntimeContainer container) throws Exception {
        return container.exited().get(20, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        runtime.close();
        cluster.close();
        clock.close();
    }
}
