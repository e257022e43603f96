package kubelab.controlplane.apiserver.validation;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.JsonNodeFactory;

/** Probes and hooks of a container. Source: k8s.io/kubernetes/pkg/apis/core/validation (1.34). */
final class ProbeRules {
    private static final List<String> OF_PROBES = List.of("exec", "httpGet", "tcpSocket", "grpc");
    private static final List<String> OF_HOOKS = List.of("exec", "httpGet", "tcpSocket", "sleep");

    private ProbeRules() {}

    /** @param grace the Pod's grace period in seconds */
    static void check(Field container, long grace) {
        for (String hook : List.of("postStart", "preStop")) {
            Field handler = container.at("lifecycle", hook);
            if (handler.isSet()) {
                handler(handler, OF_HOOKS, grace);
            }
        }
        for (String name : List.of("livenessProbe", "readinessProbe", "startupProbe")) {
            if (container.has(name)) {
                probe(container.get(name), name.equals("readinessProbe"), grace);
            }
        }
    }

    private static void probe(Field probe, boolean readiness, long grace) {
        handler(probe, OF_PROBES, grace);
        for (String number : List.of(
                "initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold")) {
            probe.get(number).notNegative();
        }
        Field seconds = probe.get("terminationGracePeriodSeconds");
        if (seconds.isSet() && seconds.number() <= 0) {
            seconds.invalid("must be greater than 0");
        }
        if (readiness && seconds.isSet()) {
            seconds.invalid("must not be set for readinessProbes");
        }
        Field successes = probe.get("successThreshold");
        if (!readiness && successes.number() != 1) {
            successes.invalidNumber(successes.number(), "must be 1");
        }
    }

    private static void handler(Field owner, List<String> types, long grace) {
        List<String> given = new ArrayList<>(types);
        given.removeIf(type -> !owner.has(type));
        if (given.isEmpty()) {
            owner.required("must specify a handler type");
            return;
        }
        given.stream().skip(1).forEach(type -> owner.get(type).forbidden("may not specify more than 1 handler type"));
        Field handler = owner.get(given.get(0));
        switch (given.get(0)) {
            case "exec" -> handler.needs("command");
            case "httpGet" -> httpGet(handler);
            case "sleep" -> sleep(handler, grace);
            default -> port(handler.get("port"));
        }
    }

    private static void httpGet(Field get) {
        get.needs("path");
        port(get.get("port"));
        get.get("scheme").oneOf("HTTP", "HTTPS");
        for (Field header : get.get("httpHeaders").items()) {
            Names.httpHeader(header.text("name"))
                    .forEach(reason -> get.get("httpHeaders").invalid(header.text("name"), reason));
        }
    }

    private static void sleep(Field sleep, long grace) {
        long seconds = sleep.get("seconds").number();
        if (seconds < 0 || seconds > grace) {
            sleep.invalidNumber(
                    seconds, "must be non-negative and less than terminationGracePeriodSeconds (" + grace + ")");
        }
    }

    private static void port(Field port) {
        if (port.node().isString()) {
            port.name(Names::port);
        } else {
            port.errors()
                    .inRange(
                            port.path(), port.isSet() ? port.node() : JsonNodeFactory.instance.numberNode(0), 1, 65535);
        }
    }
}
