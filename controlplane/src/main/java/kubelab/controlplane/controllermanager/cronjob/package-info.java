/**
 * The CronJob controller: makes a Job whenever the schedule says so. {@link kubelab.controlplane.controllermanager.cronjob.Schedule}
 * reads the five fields, {@link kubelab.controlplane.controllermanager.cronjob.CronJobReconciler} does the rest. Upstream:
 * {@code pkg/controller/cronjob}, 1.34.
 */
@NullMarked
package kubelab.controlplane.controllermanager.cronjob;

import org.jspecify.annotations.NullMarked;
