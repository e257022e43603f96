package kubelab.controlplane.apiserver.strategy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kubelab.controlplane.json.Json;
import tools.jackson.databind.node.ObjectNode;

/**
 * A Job finds its Pods by labels made from its uid.
 *
 * <p>Source: pkg/registry/batch/job/strategy.go, release 1.34.
 */
final class JobStrategy extends WorkloadStrategy {
    @Override
    public void prepareForCreate(ObjectNode job) {
        job.putObject("status");
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

    @Override
    public List<String> selectableFields() {
        return List.of("status.successful");
    }

    @Override
    public String fieldValue(ObjectNode stored, String field) {
        return String.valueOf(Json.number(stored, 0, "status", "succeeded"));
    }

    @Override
    public String unknownField(String field, String quoted) {
        return "field label " + quoted + " not supported for Job";
    }
}
