/**
 * The benchmark: one load on the embedded cluster and on a real one, in alternating pairs on the same machine. It comes
 * from outside over TLS, as any client's; the embedded cluster runs in a process of its own, as after {@code kubelab up}.
 */
@NullMarked
package kubelab.app.bench;

import org.jspecify.annotations.NullMarked;
