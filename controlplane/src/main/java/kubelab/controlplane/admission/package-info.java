/**
 * Admission: what is added to objects on their way into the cluster, and which are turned away although the user may
 * write them. One plug-in a class; {@link kubelab.controlplane.admission.AdmissionPlugins} has their order. They read the
 * cluster's state through the API server's {@code ObjectReader} and work on JSON trees. Upstream:
 * {@code plugin/pkg/admission} and {@code k8s.io/pod-security-admission}, 1.34.
 */
@NullMarked
package kubelab.controlplane.admission;

import org.jspecify.annotations.NullMarked;
