package kubelab.grader.looks;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.Map;
import java.util.Objects;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Observation;
import org.jspecify.annotations.Nullable;

/**
 * A manifest, and its objects after other users have worked on them: a value and a Service's target are changed, a ConfigMap
 * is gone, and a key, a label, a number of replicas and a ConfigMap were added. One object an exercise's run.
 */
public final class Applied {
    private static final String WANTED = "wanted";
    private static final String KEY = "app.yaml";
    /** How many Pods the others let the Deployment run; the manifest says nothing about it. */
    private static final int REPLICAS = 2;

    private static final String GREETING = """
            apiVersion: v1
            kind: ConfigMap
            metadata:
              name: greeting
            data:
              text: %s
            ---
            """;
    private static final String REST = """
            apiVersion: v1
            kind: ConfigMap
            metadata:
              name: settings
            data:
              theme: %1$s
            ---
            apiVersion: v1
            kind: Service
            metadata:
              name: web
            spec:
              selector:
                app: web
              ports:
              - port: 80
                targetPort: %2$d
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: web
            spec:
              selector:
                matchLabels:
                  app: web
              template:
                metadata:
                  labels:
                    app: web
                spec:
                  terminationGracePeriodSeconds: 1
                  containers:
                  - name: web
                    image: registry.k8s.io/e2e-test-images/agnhost:2.53
                    args:
                    - netexec
                    - --http-port=%2$d
            """;
    private static final String NOTES = """
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata:
              name: notes
            data:
              note: %s
            """;
    private static final String OTHERS = "what other users added to be as it was";

    private String theme = "";
    private String text = "";
    private String word = "";
    private int port;

    /** Draws its values. */
    public void plan(CheckContext run) {
        theme = run.word();
        text = run.word();
        word = run.word();
        port = 8000 + run.random().nextInt(1000);
    }

    /** Puts the manifest where the answer reads it, and the objects as the answer finds them. */
    public void prepare(CheckContext run) {
        Given.configMap(run, WANTED, Map.of(KEY, manifest()));
        run.create(afterOthers());
        ServerSets.await(run, run.namespace(), "web", REPLICAS);
    }

    private String manifest() {
        return GREETING.formatted(text) + REST.formatted(theme, port);
    }

    private String afterOthers() {
        return REST.formatted(theme, port)
                        .replace("theme: " + theme, "theme: not-" + theme + "\n  owner: " + word)
                        .replace("targetPort: " + port, "targetPort: " + (port + 1))
                        .replace(
                                "name: web\nspec:\n  selector:\n    app",
                                "name: web\n  labels: {team: " + word + "}\nspec:\n  selector:\n    app")
                        .replace(
                                "spec:\n  selector:\n    matchLabels",
                                "spec:\n  replicas: " + REPLICAS + "\n  selector:\n    matchLabels")
                + NOTES.formatted(word);
    }

    public Observation hasItsValue(CheckContext run) {
        run.note("theme", theme);
        return Given.says(run, "settings", "theme", theme)
                ? Observation.holds("as the manifest says")
                : Observation.notYet("the theme of the manifest in the ConfigMap settings", "a different theme");
    }

    public Observation isThereAgain(CheckContext run) {
        return Given.says(run, "greeting", "text", text)
                ? Observation.holds("it is back")
                : Observation.notYet(
                        "the ConfigMap greeting of the manifest", "it is not there, or it says something else");
    }

    /** The Deployment's spec was not written since it was made. */
    public static Observation hasItsGeneration(CheckContext run) {
        Deployment web = deployment(run);
        long generation = web == null ? 0 : web.getMetadata().getGeneration();
        run.note("generation", generation);
        return Observation.unless(
                generation != 1,
                "no rollout",
                "the Deployment web with the generation 1",
                web == null ? "there is no Deployment web" : "a higher generation: its spec was changed");
    }

    public Observation keepsWhatOthersWrote(CheckContext run) {
        if (!Given.says(run, "notes", "note", word)) {
            return Observation.never(OTHERS, "the ConfigMap notes is gone, or it was changed");
        } else if (!Given.says(run, WANTED, KEY, manifest())) {
            return Observation.never(OTHERS, "the manifest itself was changed");
        } else if (!Given.says(run, "settings", "owner", word)) {
            return Observation.never(OTHERS, "the ConfigMap settings has lost the key owner, or its value");
        } else if (!Services.find(run, "web").filter(this::hasItsLabel).isPresent()) {
            return Observation.never(OTHERS, "the Service web has lost the label team");
        }
        Deployment web = deployment(run);
        boolean scaled = web != null && web.getSpec().getReplicas() == REPLICAS;
        return Observation.unless(
                !scaled, "nothing is lost", OTHERS, "the Deployment web runs a different number of Pods");
    }

    private boolean hasItsLabel(HasMetadata object) {
        Map<String, String> labels = object.getMetadata().getLabels();
        return labels != null && Objects.equals(labels.get("team"), word);
    }

    private static @Nullable Deployment deployment(CheckContext run) {
        return run.client()
                .apps()
                .deployments()
                .inNamespace(run.namespace())
                .withName("web")
                .get();
    }
}
