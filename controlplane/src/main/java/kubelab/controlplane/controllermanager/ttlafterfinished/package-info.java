/**
 * The TTL-after-finished controller: deletes a Job, and with it its Pods, when the time that its
 * {@code ttlSecondsAfterFinished} gives it is over. It acts under an account of its own, for the Job controller may not
 * delete Jobs. Upstream: {@code pkg/controller/ttlafterfinished}, 1.34.
 */
@NullMarked
package kubelab.controlplane.controllermanager.ttlafterfinished;

import org.jspecify.annotations.NullMarked;
