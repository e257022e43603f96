package kubelab.controlplane.apiserver.strategy;

import kubelab.controlplane.json.Json;
import tools.jackson.databind.node.ObjectNode;

/** DaemonSets count their templates in an annotation, an old way to tell Pods of different templates apart. */
final class DaemonSetStrategy extends WorkloadStrategy {
    private static final String TEMPLATE_GENERATION = "deprecated.daemonset.template.generation";

    @Override
    public void prepareForCreate(ObjectNode set) {
        set.putObject("status")
                .put("currentNumberScheduled", 0)
                .put("numberMisscheduled", 0)
                .put("desiredNumberScheduled", 0)
                .put("numberReady", 0);
        Json.ensure(set, "metadata", "annotations").put(TEMPLATE_GENERATION, "1");
    }

    @Override
    public void prepareForUpdate(ObjectNode next, ObjectNode live) {
        String before = Json.string(live, "metadata", "annotations", TEMPLATE_GENERATION);
        boolean same =
                Json.same(next.path("spec").path("template"), live.path("spec").path("template"));
        if (before.matches("[0-9]{1,9}")) {
            Json.ensure(next, "metadata", "annotations")
                    .put(TEMPLATE_GENERATION, Integer.toString(Integer.parseInt(before) + (same ? 0 : 1)));
        }
    }
}
