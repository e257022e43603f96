package kubelab.controlplane.apiserver.validation;

import java.time.ZoneId;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** CronJobs. Source: k8s.io/kubernetes/pkg/apis/batch/validation (1.34). */
final class CronJobRules {
    private static final int LONGEST_NAME = 52;

    private CronJobRules() {}

    static void create(Field object) {
        check(object, "", "");
        Field name = object.at("metadata", "name");
        if (name.text().length() > LONGEST_NAME) {
            name.invalid("must be no more than " + LONGEST_NAME + " characters");
        }
    }

    static void update(Field object, JsonNode old) {
        JsonNode before = old.path("spec");
        check(
                object,
                before.path("schedule").asString(""),
                before.path("timeZone").asString(""));
    }

    private static void check(Field object, String oldSchedule, String oldZone) {
        Field spec = object.get("spec");
        Field schedule = spec.get("schedule");
        Field zone = spec.get("timeZone");
        if (schedule.isEmpty()) {
            schedule.required();
        } else {
            String problem = CronSyntax.problem(schedule.text());
            if (!problem.isEmpty()) {
                schedule.invalid(problem);
            }
            boolean named = schedule.text().contains("TZ");
            if (named && !oldSchedule.contains("TZ")) {
                schedule.invalid("cannot use TZ or CRON_TZ in schedule, use timeZone field instead");
            } else if (named && zone.isSet()) {
                schedule.invalid("cannot use both timeZone field and TZ or CRON_TZ in schedule");
            }
        }
        if (spec.has("startingDeadlineSeconds")) {
            spec.get("startingDeadlineSeconds").notNegative();
        }
        if (zone.isSet() && (oldZone.isEmpty() || !zone.text().equals(oldZone))) {
            timeZone(zone);
        }
        spec.get("concurrencyPolicy").requiredOneOf("Allow", "Forbid", "Replace");
        jobTemplate(spec.at("jobTemplate", "spec"));
        spec.get("successfulJobsHistoryLimit").notNegative();
        spec.get("failedJobsHistoryLimit").notNegative();
    }

    private static void timeZone(Field zone) {
        String name = zone.text();
        if (name.isEmpty()) {
            zone.invalid("timeZone must be nil or non-empty string");
            return;
        }
        for (String part : name.split("/", -1)) {
            if (Set.of(".", "..").contains(part) || part.startsWith("-") || !part.matches("[A-Za-z.\\-_0-9+]{1,14}")) {
                zone.invalid("unknown time zone " + name);
                return;
            }
        }
        if (name.equalsIgnoreCase("Local")) {
            zone.invalid("timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones");
        } else if (!ZoneId.getAvailableZoneIds().contains(name)) {
            zone.invalid("unknown time zone " + name);
        }
    }

    private static void jobTemplate(Field spec) {
        JobRules.spec(spec.path(), spec.node(), spec.errors());
        if (spec.has("selector")) {
            spec.get("selector").invalid("`selector` will be auto-generated");
        }
        if (spec.flag("manualSelector")) {
            spec.errors().unsupported(spec.get("manualSelector").path(), "true", "nil", "false");
        }
    }
}
