/**
 * Who may do what: role-based access control. {@link kubelab.controlplane.authorization.RbacAuthorizer} answers the API
 * server's question for each request from Roles and bindings; {@link kubelab.controlplane.authorization.RoleEscalation}
 * keeps users from granting what they do not have; {@link kubelab.controlplane.authorization.BootstrapPolicy} is what a
 * new cluster starts with. Depends on the API server's extension points only. Upstream:
 * {@code plugin/pkg/auth/authorizer/rbac}, 1.34.
 */
@NullMarked
package kubelab.controlplane.authorization;

import org.jspecify.annotations.NullMarked;
