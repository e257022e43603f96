package kubelab.grader.looks;

import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.util.List;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Observation;
import org.jspecify.annotations.Nullable;

/**
 * Pods that are like a Deployment's own but whose program listens on another port: a Pod that is probed for what its Service
 * needs does not become ready, and gets no traffic.
 */
public final class DeafPods {
    /** Names no shop: which of several Pods becomes ready first differs from run to run. */
    private static final String EXPECTED = "no traffic to a Pod whose program does not answer yet";

    private DeafPods() {}

    /**
     * One for each of these Deployments of {@link ServerSets}.
     *
     * @param port where their programs listen, and no probe asks
     */
    public static void add(CheckContext run, List<String> deployments, int port) {
        deployments.forEach(d -> add(run, d, ServerSets.args(port)));
    }

    /** Those of these Deployments run, are not ready, and are no endpoints that their Services lead to. */
    public static Observation areLeftOut(CheckContext run, List<String> deployments) {
        return Observation.each(deployments, d -> isLeftOut(run, d), "it gets none before it is ready");
    }

    /**
     * Makes one. It carries the template's labels only, so that no ReplicaSet takes it over, and its probes, which ask once
     * a second.
     *
     * @param args of its first container, in place of its own
     */
    private static void add(CheckContext run, String deployment, List<String> args) {
        PodTemplateSpec template = run.client()
                .apps()
                .deployments()
                .inNamespace(run.namespace())
                .withName(deployment)
                .require()
                .getSpec()
                .getTemplate();
        PodBuilder pod = new PodBuilder()
                .withNewMetadata()
                .withName(name(deployment))
                .withLabels(template.getMetadata().getLabels())
                .endMetadata()
                .withSpec(template.getSpec());
        run.client()
                .pods()
                .inNamespace(run.namespace())
                .resource(pod.editSpec()
                        .withContainers(template.getSpec().getContainers().stream()
                                .map(c -> new ContainerBuilder(c)
                                        .withArgs(args)
                                        .withReadinessProbe(quick(c.getReadinessProbe()))
                                        .build())
                                .toList())
                        .endSpec()
                        .build())
                .create();
        run.touched();
    }

    private static @Nullable Probe quick(@Nullable Probe probe) {
        if (probe != null) {
            probe.setInitialDelaySeconds(0);
            probe.setPeriodSeconds(1);
        }
        return probe;
    }

    private static Observation isLeftOut(CheckContext run, String deployment) {
        // the slices first: a Pod that becomes ready between the two looks is ready, not an endpoint that is not
        var endpoints = ServiceEndpoints.of(run, deployment);
        var pod = run.pod(name(deployment));
        String ip = pod.map(p -> p.getStatus().getPodIP()).orElse("");
        if (ip.isEmpty()
                || pod.get().getStatus().getContainerStatuses().stream().noneMatch(DeafPods::hasStarted)) {
            run.touched();
            return Observation.notYet(EXPECTED, "it has not been started");
        } else if (Readiness.isPodReady(pod.get())) {
            return Observation.never(EXPECTED, "it is ready: no probe has found out");
        }
        boolean used = endpoints.stream().anyMatch(e -> e.getAddresses().contains(ip) && ServiceEndpoints.isReady(e));
        return used
                ? Observation.never(EXPECTED, "the Service leads to it although it is not ready")
                : Observation.holds("it gets none before it is ready");
    }

    private static boolean hasStarted(ContainerStatus status) {
        return status.getState() != null && status.getState().getRunning() != null
                || status.getRestartCount() != null && status.getRestartCount() > 0;
    }

    private static String name(String deployment) {
        return deployment + "-deaf";
    }
}
