/**
 * The Job controller: runs Pods until enough of them have succeeded, or too many have failed. Reading order:
 * {@link kubelab.controlplane.controllermanager.job.JobReconciler} (what happens when),
 * {@link kubelab.controlplane.controllermanager.job.JobProgress} (what the Pods amount to),
 * {@link kubelab.controlplane.controllermanager.job.Indexes} (Jobs whose Pods are numbered). The finalizer
 * {@code batch.kubernetes.io/job-tracking} keeps a finished Pod until it is counted. Upstream: {@code pkg/controller/job}
 * and {@code pkg/controller/ttlafterfinished}, 1.34.
 */
@NullMarked
package kubelab.controlplane.controllermanager.job;

import org.jspecify.annotations.NullMarked;
