/** Exercises of the chapter on the scheduler. */
package kubelab.labs.scheduler;
