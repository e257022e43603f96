package kubelab.controlplane.apiserver.table;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Rows of what runs Pods. */
final class WorkloadRows {
    private WorkloadRows() {}

    static List<Object> podTemplate(JsonNode object, Instant now) {
        JsonNode containers = object.path("template").path("spec").path("containers");
        return List.of(
                Text.name(object),
                Text.each(containers, "name"),
                Text.each(containers, "image"),
                Text.labels(object.path("template").path("metadata").path("labels")));
    }

    /** ReplicaSets, and their forerunners, whose selector is a plain map. */
    static List<Object> replicaSet(JsonNode object, Instant now) {
        JsonNode selector = object.path("spec").path("selector");
        boolean structured = selector.has("matchLabels") || selector.has("matchExpressions");
        return List.of(
                Text.name(object),
                spec(object, "replicas"),
                status(object, "replicas"),
                status(object, "readyReplicas"),
                Text.age(object, now),
                names(object),
                images(object),
                structured ? Text.selector(selector) : Text.labels(selector));
    }

    static List<Object> deployment(JsonNode object, Instant now) {
        return List.of(
                Text.name(object),
                status(object, "readyReplicas") + "/" + spec(object, "replicas"),
                status(object, "updatedReplicas"),
                status(object, "availableReplicas"),
                Text.age(object, now),
                names(object),
                images(object),
                Text.selector(object.path("spec").path("selector")));
    }

    static List<Object> statefulSet(JsonNode object, Instant now) {
        return List.of(
                Text.name(object),
                status(object, "readyReplicas") + "/" + spec(object, "replicas"),
                Text.age(object, now),
                names(object),
                images(object));
    }

    static List<Object> daemonSet(JsonNode object, Instant now) {
        return List.of(
                Text.name(object),
                status(object, "desiredNumberScheduled"),
                status(object, "currentNumberScheduled"),
                status(object, "numberReady"),
                status(object, "updatedNumberScheduled"),
                status(object, "numberAvailable"),
                Text.labels(podSpec(object).path("nodeSelector")),
                Text.age(object, now),
                names(object),
                images(object),
                Text.selector(object.path("spec").path("selector")));
    }

    static List<Object> controllerRevision(JsonNode object, Instant now) {
        String controller = Text.NONE;
        for (JsonNode owner : object.path("metadata").path("ownerReferences")) {
            if (owner.path("controller").asBoolean(false)) {
                String apiVersion = owner.path("apiVersion").asString("");
                String group = apiVersion.contains("/") ? "." + apiVersion.substring(0, apiVersion.indexOf('/')) : "";
                controller = owner.path("kind").asString("").toLowerCase(java.util.Locale.ROOT) + group + "/"
                        + owner.path("name").asString("");
            }
        }
        return List.of(Text.name(object), controller, object.path("revision").asLong(0), Text.age(object, now));
    }

    static List<Object> job(JsonNode object, Instant now) {
        return List.of(
                Text.name(object),
                jobStatus(object),
                completions(object),
                duration(object.path("status"), now),
                Text.age(object, now),
                names(object),
                images(object),
                Text.selector(object.path("spec").path("selector")));
    }

    private static String jobStatus(JsonNode job) {
        if (Text.conditionIsTrue(job, "Complete")) {
            return "Complete";
        } else if (Text.conditionIsTrue(job, "Failed")) {
            return "Failed";
        } else if (job.path("metadata").has("deletionTimestamp")) {
            return "Terminating";
        }
        for (String condition : List.of("Suspended", "FailureTarget", "SuccessCriteriaMet")) {
            if (Text.conditionIsTrue(job, condition)) {
                return condition;
            }
        }
        return "Running";
    }

    private static String completions(JsonNode job) {
        long succeeded = status(job, "succeeded");
        if (job.path("spec").has("completions")) {
            return succeeded + "/" + spec(job, "completions");
        }
        long parallelism = spec(job, "parallelism");
        return succeeded + "/1" + (parallelism > 1 ? " of " + parallelism : "");
    }

    private static String duration(JsonNode status, Instant now) {
        JsonNode start = status.path("startTime");
        if (!Text.isTime(start)) {
            return "";
        }
        JsonNode end = status.path("completionTime");
        return Text.human(Duration.between(Text.instant(start), Text.isTime(end) ? Text.instant(end) : now));
    }

    static List<Object> cronJob(JsonNode object, Instant now) {
        JsonNode spec = object.path("spec");
        JsonNode last = object.path("status").path("lastScheduleTime");
        JsonNode jobSpec = spec.path("jobTemplate").path("spec");
        JsonNode containers = jobSpec.path("template").path("spec").path("containers");
        return List.of(
                Text.name(object),
                spec.path("schedule").asString(""),
                Text.or(spec.path("timeZone"), Text.NONE),
                spec.has("suspend") ? (spec.path("suspend").asBoolean(false) ? "True" : "False") : Text.UNSET,
                object.path("status").path("active").size(),
                Text.isTime(last) ? Text.since(last, now) : Text.NONE,
                Text.age(object, now),
                Text.each(containers, "name"),
                Text.each(containers, "image"),
                Text.selector(jobSpec.path("selector")));
    }

    static List<Object> disruptionBudget(JsonNode object, Instant now) {
        return List.of(
                Text.name(object),
                Text.or(object.path("spec").path("minAvailable"), "N/A"),
                Text.or(object.path("spec").path("maxUnavailable"), "N/A"),
                status(object, "disruptionsAllowed"),
                Text.age(object, now));
    }

    private static JsonNode podSpec(JsonNode object) {
        return object.path("spec").path("template").path("spec");
    }

    private static String names(JsonNode object) {
        return Text.each(podSpec(object).path("containers"), "name");
    }

    private static String images(JsonNode object) {
        return Text.each(podSpec(object).path("containers"), "image");
    }

    private static long spec(JsonNode object, String field) {
        return object.path("spec").path(field).asLong(0);
    }

    private static long status(JsonNode object, String field) {
        return object.path("status").path(field).asLong(0);
    }
}
