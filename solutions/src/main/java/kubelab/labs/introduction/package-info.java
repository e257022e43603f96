/** Exercises of the chapter Introduction. */
package kubelab.labs.introduction;
