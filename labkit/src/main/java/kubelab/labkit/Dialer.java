package kubelab.labkit;

import java.io.IOException;

/**
 * The way from here to a Pod. Pod IPs cannot be reached from outside a cluster, and on the embedded one they are no
 * sockets at all; so connections go through the API server, as {@code kubectl port-forward} does.
 */
public interface Dialer {
    /**
     * @param host a Pod's IP, or a Service's IP or name ({@code web}, {@code web.shop.svc.cluster.local})
     * @param port the Pod's or the Service's
     * @throws IOException when there is nobody at this address, or nobody listens on this port
     */
    Connection dial(String host, int port) throws IOException;
}
