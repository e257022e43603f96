package kubelab.controlplane.defaulting;

import kubelab.controlplane.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What makes Pods. Source: defaults.go under pkg/apis apps/v1, batch/v1, core/v1, autoscaling/v2, release 1.34. */
final class WorkloadDefaults {
    private WorkloadDefaults() {}

    static void deployment(ObjectNode deployment) {
        ObjectNode spec = Json.ensure(deployment, "spec");
        Defaults.number(spec, "replicas", 1);
        Defaults.number(spec, "revisionHistoryLimit", 10);
        Defaults.number(spec, "progressDeadlineSeconds", 600);
        ObjectNode strategy = Json.ensure(spec, "strategy");
        Defaults.text(strategy, "type", "RollingUpdate");
        if (Json.string(strategy, "type").equals("RollingUpdate")) {
            ObjectNode rolling = Json.ensure(strategy, "rollingUpdate");
            Defaults.text(rolling, "maxUnavailable", "25%");
            Defaults.text(rolling, "maxSurge", "25%");
        }
        PodDefaults.template(spec, "template");
    }

    static void replicaSet(ObjectNode set) {
        ObjectNode spec = Json.ensure(set, "spec");
        Defaults.number(spec, "replicas", 1);
        PodDefaults.template(spec, "template");
    }

    static void replicationController(ObjectNode controller) {
        ObjectNode spec = Json.ensure(controller, "spec");
        Defaults.number(spec, "replicas", 1);
        JsonNode labels = Json.at(spec, "template", "metadata", "labels");
        if (labels != null) {
            if (Json.map(spec, "selector").isEmpty()) {
                spec.set("selector", labels.deepCopy());
            }
            if (Json.map(controller, "metadata", "labels").isEmpty()) {
                Json.ensure(controller, "metadata").set("labels", labels.deepCopy());
            }
        }
        PodDefaults.template(spec, "template");
    }

    static void statefulSet(ObjectNode set) {
        ObjectNode spec = Json.ensure(set, "spec");
        Defaults.number(spec, "replicas", 1);
        Defaults.number(spec, "revisionHistoryLimit", 10);
        Defaults.text(spec, "podManagementPolicy", "OrderedReady");
        ObjectNode update = Json.ensure(spec, "updateStrategy");
        Defaults.text(update, "type", "RollingUpdate");
        if (Json.string(update, "type").equals("RollingUpdate")) {
            Defaults.number(Json.ensure(update, "rollingUpdate"), "partition", 0);
        }
        ObjectNode retention = Json.ensure(spec, "persistentVolumeClaimRetentionPolicy");
        Defaults.text(retention, "whenDeleted", "Retain");
        Defaults.text(retention, "whenScaled", "Retain");
        for (ObjectNode claim : Json.objects(spec, "volumeClaimTemplates")) {
            claim.put("apiVersion", "v1").put("kind", "PersistentVolumeClaim");
            Defaults.text(Json.ensure(claim, "spec"), "volumeMode", "Filesystem");
            Defaults.text(Json.ensure(claim, "status"), "phase", "Pending");
        }
        PodDefaults.template(spec, "template");
    }

    static void daemonSet(ObjectNode set) {
        ObjectNode spec = Json.ensure(set, "spec");
        Defaults.number(spec, "revisionHistoryLimit", 10);
        ObjectNode update = Json.ensure(spec, "updateStrategy");
        Defaults.text(update, "type", "RollingUpdate");
        if (Json.string(update, "type").equals("RollingUpdate")) {
            ObjectNode rolling = Json.ensure(update, "rollingUpdate");
            Defaults.number(rolling, "maxUnavailable", 1);
            Defaults.number(rolling, "maxSurge", 0);
        }
        PodDefaults.template(spec, "template");
    }

    static void job(ObjectNode job) {
        ObjectNode spec = Json.ensure(job, "spec");
        ObjectNode labels = Json.object(spec, "template", "metadata", "labels");
        if (labels != null && Json.map(job, "metadata", "labels").isEmpty()) {
            Json.ensure(job, "metadata").set("labels", labels.deepCopy());
        }
        if (Defaults.isUnset(spec, "completions") && Defaults.isUnset(spec, "parallelism")) {
            spec.put("completions", 1);
        }
        Defaults.number(spec, "parallelism", 1);
        Defaults.number(spec, "backoffLimit", Defaults.isUnset(spec, "backoffLimitPerIndex") ? 6 : Integer.MAX_VALUE);
        Defaults.text(spec, "completionMode", "NonIndexed");
        Defaults.flag(spec, "suspend", false);
        Defaults.flag(spec, "manualSelector", false);
        Defaults.text(
                spec,
                "podReplacementPolicy",
                Defaults.isUnset(spec, "podFailurePolicy") ? "TerminatingOrFailed" : "Failed");
        for (ObjectNode rule : Json.objects(spec, "podFailurePolicy", "rules")) {
            Json.objects(rule, "onPodConditions").forEach(c -> Defaults.text(c, "status", "True"));
        }
        PodDefaults.template(spec, "template");
    }

    static void cronJob(ObjectNode cron) {
        ObjectNode spec = Json.ensure(cron, "spec");
        Defaults.text(spec, "concurrencyPolicy", "Allow");
        Defaults.flag(spec, "suspend", false);
        Defaults.number(spec, "successfulJobsHistoryLimit", 3);
        Defaults.number(spec, "failedJobsHistoryLimit", 1);
        ObjectNode template = Json.object(spec, "jobTemplate");
        if (template != null) {
            Json.ensure(template, "metadata");
            PodDefaults.template(Json.object(template, "spec"), "template");
        }
    }

    static void autoscalerV1(ObjectNode autoscaler) {
        ObjectNode spec = Json.ensure(autoscaler, "spec");
        Defaults.number(spec, "minReplicas", 1);
    }

    static void autoscaler(ObjectNode autoscaler) {
        ObjectNode spec = Json.ensure(autoscaler, "spec");
        Defaults.number(spec, "minReplicas", 1);
        if (Json.items(spec, "metrics").isEmpty()) {
            ObjectNode metric = spec.putArray("metrics").addObject().put("type", "Resource");
            metric.putObject("resource")
                    .put("name", "cpu")
                    .putObject("target")
                    .put("type", "Utilization")
                    .put("averageUtilization", 80);
        }
        ObjectNode behavior = Json.object(spec, "behavior");
        if (behavior != null) {
            scaleUp(Json.ensure(behavior, "scaleUp"));
            scaleDown(Json.ensure(behavior, "scaleDown"));
        }
    }

    private static void scaleUp(ObjectNode rules) {
        Defaults.word(rules, "selectPolicy", "Max");
        Defaults.number(rules, "stabilizationWindowSeconds", 0);
        if (Json.items(rules, "policies").isEmpty()) {
            var policies = rules.putArray("policies");
            policies.addObject().put("type", "Pods").put("value", 4).put("periodSeconds", 15);
            policies.addObject().put("type", "Percent").put("value", 100).put("periodSeconds", 15);
        }
    }

    private static void scaleDown(@Nullable ObjectNode rules) {
        if (rules == null) {
            return;
        }
        Defaults.word(rules, "selectPolicy", "Max");
        if (Json.items(rules, "policies").isEmpty()) {
            rules.putArray("policies")
                    .addObject()
                    .put("type", "Percent")
                    .put("value", 100)
                    .put("periodSeconds", 15);
        }
    }
}
