package kubelab.controlplane;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import kubelab.containers.clock.Clock;
import kubelab.controlplane.admission.AdmissionPlugins;
import kubelab.controlplane.apiserver.ApiServer;
import kubelab.controlplane.apiserver.Encodings;
import kubelab.controlplane.apiserver.audit.AuditPolicy;
import kubelab.controlplane.apiserver.customresources.CustomDefaulter;
import kubelab.controlplane.apiserver.request.Admission;
import kubelab.controlplane.authorization.RbacAuthorizer;
import kubelab.controlplane.authorization.RoleEscalation;
import kubelab.controlplane.defaulting.Defaults;

/** An API server with all its parts. */
final class ApiServers {
    private ApiServers() {}

    /** @param bare without admission plug-ins, for tests of the server alone */
    static ApiServer complete(Clock clock, AuditPolicy auditPolicy, boolean bare) {
        AtomicReference<RbacAuthorizer> rbac = new AtomicReference<>();
        ApiServer.Builder builder = Encodings.install(ApiServer.builder(clock), clock)
                .auditPolicy(auditPolicy)
                .defaulter(new CustomDefaulter(new Defaults()))
                .authorizer(reader -> {
                    RbacAuthorizer authorizer = new RbacAuthorizer(reader);
                    rbac.set(authorizer);
                    return authorizer;
                });
        if (!bare) {
            builder.admission(reader -> {
                List<Admission> plugins = new ArrayList<>();
                plugins.add(new RoleEscalation(Objects.requireNonNull(rbac.get())));
                plugins.addAll(AdmissionPlugins.standard(reader, clock, new Random()));
                return plugins;
            });
        }
        return builder.build();
    }
}
