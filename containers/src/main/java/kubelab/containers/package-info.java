/**
 * What a node runs on: a clock, a network and simulated containers behind the CRI's interfaces. Nothing here knows
 * Kubernetes' API; the control plane's kubelet, kube-proxy and DNS are its callers.
 *
 * <p>Reading order: {@code host} (threads and folders of the machine that the program runs on, for all modules above, too),
 * {@code clock} (who may wait, and for how long), {@code network} (addresses, connections and service
 * rules in memory), {@code runtime} (sandboxes and containers), {@code runtime.image} (what an image is), {@code
 * runtime.kernel} (processes, signals, processor time), {@code runtime.filesystem}, {@code runtime.shell} and {@code
 * runtime.command} (what runs in a container).
 */
@NullMarked
package kubelab.containers;

import org.jspecify.annotations.NullMarked;
