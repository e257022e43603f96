package kubelab.controlplane.controllermanager.serviceaccount;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import kubelab.controlplane.controllermanager.loop.ControlLoop;
import kubelab.controlplane.controllermanager.loop.ControllerContext;
import kubelab.controlplane.controllermanager.loop.Informers.Cached;
import kubelab.controlplane.controllermanager.loop.Key;
import kubelab.controlplane.controllermanager.loop.Reconciler.Result;

/** Puts the cluster's CA certificate into each namespace as {@code kube-root-ca.crt}, and restores what is changed. */
public final class RootCaPublisher {
    private static final String NAME = "root-ca-cert-publisher";
    private static final String MAP = "kube-root-ca.crt";
    private static final Map<String, String> ANNOTATIONS = Map.of(
            "kubernetes.io/description",
            "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the"
                    + " internal service IP or kubernetes.default.svc. No other usage is guaranteed across"
                    + " distributions of Kubernetes clusters.");

    private RootCaPublisher() {}

    /** @param rootCa the certificate (PEM) */
    public static ControlLoop wire(ControllerContext context, Supplier<String> rootCa) {
        KubernetesClient client = context.client(NAME);
        Cached<Namespace> namespaces = context.informers().of(Namespace.class);
        Cached<ConfigMap> maps = context.informers().of(ConfigMap.class);
        ControlLoop loop = new ControlLoop(NAME, context.clock(), key -> {
            if (ServiceAccountController.isActive(namespaces, key)) {
                publish(client, maps.get(key.name(), MAP), key.name(), Map.of("ca.crt", rootCa.get()));
            }
            return Result.done();
        });
        namespaces.onChange(namespace -> loop.enqueue(Key.of(namespace)));
        maps.onChange(map -> {
            if (map.getMetadata().getName().equals(MAP)) {
                loop.enqueue(new Key("", map.getMetadata().getNamespace()));
            }
        });
        return loop;
    }

    private static void publish(
            KubernetesClient client, Optional<ConfigMap> present, String namespace, Map<String, String> data) {
        try {
            if (present.isEmpty()) {
                client.resource(new ConfigMapBuilder()
                                .withNewMetadata()
                                .withName(MAP)
                                .withNamespace(namespace)
                                .withAnnotations(ANNOTATIONS)
                                .endMetadata()
                                .withData(data)
                                .build())
                        .create();
            } else if (!data.equals(present.get().getData())
                    || !ANNOTATIONS.equals(present.get().getMetadata().getAnnotations())) {
                client.resource(new ConfigMapBuilder(present.get())
                                .editMetadata()
                                .withAnnotations(ANNOTATIONS)
                                .endMetadata()
                                .withData(data)
                                .build())
                        .update();
            }
        } catch (KubernetesClientException e) {
            if (present.isPresent()
                    || e.getCode() != HttpURLConnection.HTTP_CONFLICT
                            && e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                throw e;
            }
        }
    }
}
