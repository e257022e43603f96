package kubelab.controlplane.kubelet;

/**
 * What all kubelets of a cluster are told: where names are resolved and where the API server's Service is.
 *
 * @param dnsIp address of the cluster's DNS Service, e.g. {@code 10.43.0.10}
 * @param domain e.g. {@code cluster.local}
 * @param version what the node reports, e.g. {@code v1.34.4+kubelab}
 */
public record ClusterConfig(String dnsIp, String domain, String version) {
    public static final ClusterConfig DEFAULT = new ClusterConfig("10.43.0.10", "cluster.local", "v1.34.4+kubelab");
}
