package kubelab.controlplane.apiserver.aggregator;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;

/** Connects from where the API server runs: to Pods, to nodes, and to the machine that the cluster runs on. */
public interface Dialer {
    /**
     * @param timeout wall time
     * @return an open connection; the caller closes it
     * @throws java.net.ConnectException when no server listens there
     * @throws java.net.SocketTimeoutException when nothing answers
     */
    Socket dial(String ip, int port, Duration timeout) throws IOException;
}
