package kubelab.controlplane.controllermanager;

import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import kubelab.controlplane.EmbeddedCluster;
import kubelab.controlplane.apiserver.audit.AuditEvent;

/** Whether a component asked for what its role does not allow: it would fail in silence, again and again. */
final class ComponentRights {
    private ComponentRights() {}

    /**
     * What components were refused although admission had no part in it, as {@code user: verb resource}. A refusal from
     * before the roles were written does not count.
     */
    static Set<String> missing(EmbeddedCluster cluster) {
        Set<String> missing = new TreeSet<>();
        for (AuditEvent event : cluster.audit().events()) {
            if (event.code() == 403
                    && event.user().startsWith("system:")
                    && !event.resource().isEmpty()) {
                String text = event.user() + ": " + event.verb() + " " + event.resource()
                        + (event.subresource().isEmpty() ? "" : "/" + event.subresource());
                if (!missing.contains(text) && !isAllowed(cluster, event)) {
                    missing.add(text);
                }
            }
        }
        return missing;
    }

    private static boolean isAllowed(EmbeddedCluster cluster, AuditEvent event) {
        List<String> groups = new ArrayList<>(List.of("system:authenticated"));
        if (event.user().startsWith("system:serviceaccount:")) {
            groups.add("system:serviceaccounts");
            groups.add("system:serviceaccounts:" + event.user().split(":", -1)[2]);
        } else if (event.user().startsWith("system:node:")) {
            groups.add("system:nodes");
        }
        SubjectAccessReview review = new SubjectAccessReviewBuilder()
                .withNewSpec()
                .withUser(event.user())
                .withGroups(groups)
                .withNewResourceAttributes()
                .withVerb(event.verb())
                .withGroup(event.group())
                .withResource(event.resource())
                .withSubresource(event.subresource())
                .withNamespace(event.namespace())
                .withName(event.name())
                .endResourceAttributes()
                .endSpec()
                .build();
        return cluster.client().resource(review).create().getStatus().getAllowed();
    }
}
