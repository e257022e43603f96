/**
 * The EndpointSlice and Endpoints controllers: which addresses stand behind a Service. Reading order:
 * {@link kubelab.controlplane.controllermanager.endpointslice.ServiceBackends} (a pure function of a Service and its
 * Pods), then the two controllers that write what it says. Upstream: {@code pkg/controller/endpointslice} and
 * {@code pkg/controller/endpoint}, 1.34.
 */
@NullMarked
package kubelab.controlplane.controllermanager.endpointslice;

import org.jspecify.annotations.NullMarked;
