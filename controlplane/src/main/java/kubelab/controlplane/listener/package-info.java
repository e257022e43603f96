/**
 * The door for everybody outside this JVM: HTTPS on loopback, HTTP/1.1 and WebSocket, by Vert.x. Nothing is decided
 * here: requests go into the API server's chain on worker threads, answers come back in the form the chain gave them.
 * Called by EmbeddedCluster; depends on apiserver, authentication and pki.
 */
@NullMarked
package kubelab.controlplane.listener;

import org.jspecify.annotations.NullMarked;
