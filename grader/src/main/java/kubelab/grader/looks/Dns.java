package kubelab.grader.looks;

import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Observation;

/** Names, looked up from a Pod of the check's own. */
public final class Dns {
    private Dns() {}

    /** What nslookup prints for a name that ends in the cluster's domain. */
    public static String lookUp(CheckContext run, String name) {
        return ProbePod.exec(run, "nslookup", name).out();
    }

    /** The name of a Service of the run's namespace is an alias of this name. */
    public static Observation isAlias(CheckContext run, String service, String of, String expected) {
        var there = Services.find(run, service);
        if (there.isEmpty()) {
            return Observation.notYet(expected, "there is no Service " + service);
        }
        String type = there.get().getSpec().getType();
        if (!"ExternalName".equals(type)) {
            return Observation.never(expected, "the Service " + service + " is of type " + type);
        }
        if (lookUp(run, service + "." + run.namespace() + ".svc.cluster.local").contains("canonical name = " + of)) {
            run.note("host", of);
            return Observation.holds("a name for a name");
        }
        return Observation.notYet(
                expected,
                of.equals(there.get().getSpec().getExternalName())
                        ? "the name server does not say so"
                        : "it is an alias of a different name");
    }
}
