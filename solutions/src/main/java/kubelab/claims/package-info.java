/**
 * The proofs of the course's claims: one class a claim, named after what it shows, and shown in the chapters by the tag {@code proof}.
 * Run by {@code kubelab course}, by the tests of the grader module and as cells of the notebooks, so each class stands
 * alone: no helpers beside it.
 */
package kubelab.claims;
