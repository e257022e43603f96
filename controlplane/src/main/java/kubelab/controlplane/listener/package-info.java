/**
 * The API server's listener for clients outside this JVM: HTTPS on loopback, HTTP/1.1 and WebSocket, by Vert.x. It decides
 * nothing: it hands requests to the API server's chain on worker threads, and sends the chain's answers as they are.
 * Called by EmbeddedCluster; depends on apiserver, authentication and pki.
 */
@NullMarked
package kubelab.controlplane.listener;

import org.jspecify.annotations.NullMarked;
