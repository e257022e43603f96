/** Exercises of the chapter on Services. */
package kubelab.labs.services;
