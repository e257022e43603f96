package kubelab.controlplane.apiserver.validation;

import java.util.List;

/** Paths of files in volumes. Source: k8s.io/kubernetes/pkg/apis/core/validation (1.34). */
final class Paths {
    private static final int MOST_MODE = 0777;

    private Paths() {}

    static void noBacksteps(Field path) {
        if (List.of(path.text().split("/", -1)).contains("..")) {
            path.invalid(path.text(), "must not contain '..'");
        }
    }

    static void descending(Field path) {
        if (path.text().startsWith("/")) {
            path.invalid(path.text(), "must be a relative path");
        }
        noBacksteps(path);
    }

    /** Names that begin with two dots are the kubelet's own. */
    static void notReserved(Field path) {
        descending(path);
        if (path.text().startsWith("..") && !path.text().startsWith("../")) {
            path.invalid(path.text(), "must not start with '..'");
        }
    }

    static void mode(Field mode) {
        if (mode.isSet() && (mode.number() < 0 || mode.number() > MOST_MODE)) {
            mode.invalidNumber(mode.number(), "must be a number between 0 and 0777 (octal), both inclusive");
        }
    }
}
