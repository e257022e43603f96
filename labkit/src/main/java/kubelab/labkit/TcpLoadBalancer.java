package kubelab.labkit;

import java.io.IOException;
import java.util.List;

/**
 * What kube-proxy does for TCP, made by hand: it learns from EndpointSlices where a Service's Pods are, and carries each
 * client's bytes to one of them and back. The harness watches the slices and listens on a port. {@link #serve} is called
 * from many threads at once, {@link #endpoints} from another one.
 *
 * <p>Source: k8s.io/kubernetes/pkg/proxy (EndpointSliceCache), release 1.34.
 */
public interface TcpLoadBalancer extends Component {
    /**
     * Called once before the first client, and again whenever a slice has changed.
     *
     * @param slices all slices that the Service has now; may be none
     */
    void endpoints(List<EndpointSlice> slices);

    /**
     * Serves one client until the conversation is over. Both connections are closed when it returns; an
     * {@link IOException} ends this client's conversation and no other.
     */
    void serve(Connection client, Dialer dialer) throws IOException;

    /**
     * A part of a Service's endpoints, as in {@code discovery.k8s.io/v1}.
     *
     * @param ports the Pods' ports, not the Service's
     */
    record EndpointSlice(String name, List<EndpointPort> ports, List<Endpoint> endpoints) {
        public EndpointSlice {
            ports = List.copyOf(ports);
            endpoints = List.copyOf(endpoints);
        }
    }

    /**
     * @param name empty where the Service has one port without a name
     */
    record EndpointPort(String name, int port) {}

    /**
     * @param addresses the first is the one to use
     * @param nodeName where the Pod runs; may be empty
     * @param targetRef the Pod's name; empty where the endpoint is no Pod
     */
    record Endpoint(List<String> addresses, Conditions conditions, String nodeName, String targetRef) {
        public Endpoint {
            addresses = List.copyOf(addresses);
        }
    }

    /**
     * @param ready may get new connections: serving and not terminating
     * @param serving its readiness probe succeeds, even while it is terminating
     * @param terminating its Pod is being deleted
     */
    record Conditions(boolean ready, boolean serving, boolean terminating) {}
}
