package kubelab.labkit;

/**
 * An exercise that asks for a component of Kubernetes: a scheduler, a load balancer, … Each kind is an interface that
 * extends this one, with records in and records out. What surrounds it (watching, binding, dialling) is done by a
 * {@link kubelab.labkit.component.Harness}, so the component itself needs no client and no rights.
 *
 * <p>While it is graded it lives in a process of its own, and its calls travel there over a pipe. Therefore methods have
 * names of their own (no overloads), and take and return records, lists, maps, strings and numbers, and beyond these only
 * {@link Connection} and {@link Dialer}.
 */
public interface Component {}
