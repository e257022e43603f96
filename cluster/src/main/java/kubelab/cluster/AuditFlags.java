package kubelab.cluster;

import java.util.List;

/**
 * What makes a k3s server write an audit log, and serve it to the administrator at the path of {@link kubelab.labkit.AuditLog}. The
 * log is the server's own file in its container, begun again at 100 MB.
 */
final class AuditFlags {
    /** The same as the embedded cluster's, so that an exercise sees the same on both. */
    static final String POLICY = """
            apiVersion: audit.k8s.io/v1
            kind: Policy
            rules:
            - {level: None, nonResourceURLs: ['/logs*']}
            - {level: Metadata, omitStages: [RequestReceived]}
            """;

    static final String POLICY_FILE = "/etc/kubelab/audit-policy.yaml";

    static final List<String> FLAGS = List.of(
            "--kube-apiserver-arg=audit-policy-file=" + POLICY_FILE,
            "--kube-apiserver-arg=audit-log-path=/var/log/kubernetes/audit.log",
            "--kube-apiserver-arg=audit-log-maxsize=100",
            "--kube-apiserver-arg=audit-log-maxbackup=1",
            "--kube-apiserver-arg=enable-logs-handler=true");

    private AuditFlags() {}

    /** Whether the caller has no audit log of its own in mind, and there is a server to audit. */
    static boolean areFree(List<String> serverFlags) {
        return serverFlags.stream()
                .noneMatch(flag -> flag.contains("=audit-") || flag.contains("=enable-logs-handler"));
    }
}
