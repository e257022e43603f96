package kubelab.controlplane.controllermanager.serviceaccount;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import kubelab.controlplane.controllermanager.loop.ControlLoop;
import kubelab.controlplane.controllermanager.loop.ControllerContext;
import kubelab.controlplane.controllermanager.loop.Informers.Cached;
import kubelab.controlplane.controllermanager.loop.Key;
import kubelab.controlplane.controllermanager.loop.Reconciler.Result;

/** Sees that each namespace has the service account {@code default}; a deleted one comes back. */
public final class ServiceAccountController {
    private static final String NAME = "service-account-controller";

    private ServiceAccountController() {}

    public static ControlLoop wire(ControllerContext context) {
        KubernetesClient client = context.client(NAME);
        Cached<Namespace> namespaces = context.informers().of(Namespace.class);
        Cached<ServiceAccount> accounts = context.informers().of(ServiceAccount.class);
        ControlLoop loop = new ControlLoop(NAME, context.clock(), key -> {
            if (isActive(namespaces, key) && accounts.get(key.name(), "default").isEmpty()) {
                create(client, key.name());
            }
            return Result.done();
        });
        namespaces.onChange(namespace -> loop.enqueue(Key.of(namespace)));
        accounts.onEvent(
                a -> {},
                (before, after) -> {},
                account -> loop.enqueue(new Key("", account.getMetadata().getNamespace())));
        return loop;
    }

    static boolean isActive(Cached<Namespace> namespaces, Key key) {
        return namespaces
                .get(key)
                .filter(n -> n.getMetadata().getDeletionTimestamp() == null)
                .isPresent();
    }

    private static void create(KubernetesClient client, String namespace) {
        try {
            client.resource(new ServiceAccountBuilder()
                            .withNewMetadata()
                            .withName("default")
                            .withNamespace(namespace)
                            .endMetadata()
                            .build())
                    .create();
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT && e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                throw e;
            }
        }
    }
}
