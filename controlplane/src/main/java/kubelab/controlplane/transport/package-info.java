/**
 * A way for components in this JVM to the API server: a Fabric8 {@code HttpClient} whose requests go straight into the
 * chain under the component's own user, without sockets. Everything else is as over the wire: bytes in, bytes out,
 * watches with back-pressure, WebSockets. Called by EmbeddedCluster; depends on apiserver.
 */
@NullMarked
package kubelab.controlplane.transport;

import org.jspecify.annotations.NullMarked;
