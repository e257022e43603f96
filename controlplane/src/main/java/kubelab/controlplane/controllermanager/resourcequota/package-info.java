/**
 * The ResourceQuota controller: keeps what a quota's status says is used. (Refusing what is too much is admission's
 * work.) Upstream: {@code pkg/controller/resourcequota}, 1.34.
 */
@NullMarked
package kubelab.controlplane.controllermanager.resourcequota;

import org.jspecify.annotations.NullMarked;
