package kubelab.controlplane.apiserver;

import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** A Job finds its Pods by labels made from its uid. Source: pkg/registry/batch/job/strategy.go, release 1.34. */
final class JobSelector {
    private JobSelector() {}

    static void generate(ObjectNode job) {
        ObjectNode spec = Json.ensure(job, "spec");
        ObjectNode template = Json.object(spec, "template");
        if (Json.bool(spec, "manualSelector") || template == null) {
            return;
        }
        String name = Json.string(job, "metadata", "name");
        String uid = Json.string(job, "metadata", "uid");
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put("batch.kubernetes.io/controller-uid", uid);
        labels.put("batch.kubernetes.io/job-name", name);
        labels.put("controller-uid", uid);
        labels.put("job-name", name);
        ObjectNode target = Json.ensure(template, "metadata", "labels");
        labels.forEach(target::put);
        ObjectNode own = Json.ensure(job, "metadata", "labels");
        labels.forEach(own::put);
        Json.ensure(spec, "selector", "matchLabels").put("batch.kubernetes.io/controller-uid", uid);
    }
}
