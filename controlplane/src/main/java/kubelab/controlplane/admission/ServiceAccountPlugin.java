package kubelab.controlplane.admission;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import kubelab.containers.clock.Clock;
import kubelab.controlplane.apiserver.request.Admission;
import kubelab.controlplane.apiserver.request.AdmissionRequest;
import kubelab.controlplane.apiserver.request.ApiException;
import kubelab.controlplane.apiserver.request.ObjectReader;
import kubelab.controlplane.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Gives each Pod a service account and mounts the account's token, the cluster's CA and the namespace's name. Any
 * request's thread may call; they share only the generator of names.
 */
final class ServiceAccountPlugin implements Admission {
    private static final String MOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";
    private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";
    /** A namespace that was made a moment ago gets its account soon. */
    private static final Duration PATIENCE = Duration.ofMillis(1500);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(5);

    private final ObjectReader reader;
    private final Clock clock;
    private final Random random;

    ServiceAccountPlugin(ObjectReader reader, Clock clock, Random random) {
        this.reader = reader;
        this.clock = clock;
        this.random = random;
    }

    @Override
    public String name() {
        return "ServiceAccount";
    }

    @Override
    public void mutate(AdmissionRequest request) {
        if (!request.isCreate() || !request.isFor("", "pods")) {
            return;
        }
        ObjectNode pod = request.object();
        if (isMirror(pod)) {
            return; // a static Pod's mirror: its kubelet decided already
        }
        ObjectNode spec = Json.ensure(pod, "spec");
        String name = Json.string(spec, "serviceAccountName");
        if (name.isEmpty()) {
            name = Json.string(spec, "serviceAccount").isEmpty() ? "default" : Json.string(spec, "serviceAccount");
        }
        spec.put("serviceAccountName", name);
        spec.put("serviceAccount", name);
        ObjectNode account = find(request.namespace(), name);
        if (account == null) {
            throw ApiException.forbidden(
                    request.resource(),
                    request.name(),
                    "error looking up service account " + request.namespace() + "/" + name + ": serviceaccount \""
                            + name + "\" not found");
        }
        if (mounts(spec, account)) {
            mountToken(spec);
        }
        if (Json.items(spec, "imagePullSecrets").isEmpty()
                && !Json.items(account, "imagePullSecrets").isEmpty()) {
            spec.set("imagePullSecrets", account.get("imagePullSecrets").deepCopy());
        }
    }

    /** A mirror shows a Pod that runs without the API, and so without accounts and Secrets. */
    @Override
    public void validate(AdmissionRequest request) {
        if (!request.isCreate() || !request.isFor("", "pods") || !isMirror(request.object())) {
            return;
        }
        ObjectNode spec = Json.ensure(request.object(), "spec");
        if (!Json.string(spec, "serviceAccountName").isEmpty()) {
            throw refused(request, "a mirror pod may not reference service accounts");
        }
        if (SecretReferences.any(spec)) {
            throw refused(request, "a mirror pod may not reference secrets");
        }
        boolean token = Json.objects(spec, "volumes").stream()
                .flatMap(volume -> Json.objects(volume, "projected", "sources").stream())
                .anyMatch(source -> source.hasNonNull("serviceAccountToken"));
        if (token) {
            throw refused(request, "a mirror pod may not use ServiceAccountToken volume projections");
        }
    }

    private static ApiException refused(AdmissionRequest request, String why) {
        return ApiException.forbidden(request.resource(), request.name(), why);
    }

    private static boolean isMirror(ObjectNode pod) {
        return Json.at(pod, "metadata", "annotations", "kubernetes.io/config.mirror") != null;
    }

    private @Nullable ObjectNode find(String namespace, String name) {
        ObjectNode account = reader.get("", "serviceaccounts", namespace, name);
        Duration waited = Duration.ZERO;
        while (account == null && name.equals("default") && waited.compareTo(PATIENCE) < 0) {
            try {
                clock.sleep(LOOK_AGAIN);
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                return null;
            }
            waited = waited.plus(LOOK_AGAIN);
            account = reader.get("", "serviceaccounts", namespace, name);
        }
        return account;
    }

    private static boolean mounts(ObjectNode spec, ObjectNode account) {
        if (spec.hasNonNull("automountServiceAccountToken")) {
            return Json.bool(spec, "automountServiceAccountToken");
        }
        return !account.hasNonNull("automountServiceAccountToken")
                || Json.bool(account, "automountServiceAccountToken");
    }

    private void mountToken(ObjectNode spec) {
        List<ObjectNode> containers = new ArrayList<>(Json.objects(spec, "initContainers"));
        containers.addAll(Json.objects(spec, "containers"));
        List<ObjectNode> without = containers.stream()
                .filter(c -> Json.objects(c, "volumeMounts").stream()
                        .noneMatch(m -> Json.string(m, "mountPath").equals(MOUNT)))
                .toList();
        if (without.isEmpty()) {
            return;
        }
        String volume = Json.objects(spec, "volumes").stream()
                .map(v -> Json.string(v, "name"))
                .filter(n -> n.startsWith("kube-api-access-"))
                .findFirst()
                .orElse("");
        if (volume.isEmpty()) {
            volume = "kube-api-access-" + suffix();
            array(spec, "volumes").add(volume(volume));
        }
        for (ObjectNode container : without) {
            array(container, "volumeMounts")
                    .addObject()
                    .put("name", volume)
                    .put("readOnly", true)
                    .put("mountPath", MOUNT);
        }
    }

    private static ObjectNode volume(String name) {
        ObjectNode volume = Json.object().put("name", name);
        ObjectNode projected = volume.putObject("projected");
        ArrayNode sources = projected.putArray("sources");
        sources.addObject()
                .putObject("serviceAccountToken")
                .put("expirationSeconds", 3607)
                .put("path", "token");
        ObjectNode ca = sources.addObject().putObject("configMap").put("name", "kube-root-ca.crt");
        ca.putArray("items").addObject().put("key", "ca.crt").put("path", "ca.crt");
        ObjectNode item = sources.addObject()
                .putObject("downwardAPI")
                .putArray("items")
                .addObject()
                .put("path", "namespace");
        item.putObject("fieldRef").put("apiVersion", "v1").put("fieldPath", "metadata.namespace");
        projected.put("defaultMode", 420);
        return volume;
    }

    private static ArrayNode array(ObjectNode object, String field) {
        return object.get(field) instanceof ArrayNode present ? present : object.putArray(field);
    }

    private String suffix() {
        StringBuilder suffix = new StringBuilder();
        synchronized (random) {
            for (int i = 0; i < 5; i++) {
                suffix.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
            }
        }
        return suffix.toString();
    }
}
