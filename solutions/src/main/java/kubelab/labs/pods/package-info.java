/** Exercises of the chapter on Pods. */
package kubelab.labs.pods;
