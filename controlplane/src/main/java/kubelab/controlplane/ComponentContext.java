package kubelab.controlplane;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.function.Function;
import kubelab.containers.clock.Clock;
import kubelab.controlplane.apiserver.ApiServer;

/**
 * What a component gets.
 *
 * @param clients user name (e.g. {@code system:kube-scheduler}) → a client of its own; the component closes it
 * @param clock cluster time
 * @param apiServer only for registering the handlers of streaming subresources; state is reached through a client
 */
public record ComponentContext(Function<String, KubernetesClient> clients, Clock clock, ApiServer apiServer) {
    public KubernetesClient clientFor(String user) {
        return clients.apply(user);
    }
}
