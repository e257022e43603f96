package kubelab.publisher;

import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import kubelab.course.Chapter;
import kubelab.course.ExerciseId;
import kubelab.course.TopicPackage;

/**
 * The five files of a new exercise, each with TODOs: metadata, solution, check, answers and their feedback. What is left to
 * write by hand is one line in the chapter, and {@code author check} asks for it.
 */
final class ExerciseScaffold {
    private static final Pattern NAME = Pattern.compile("[a-z]+(-[a-z0-9]+)*");

    /**
     * What is asked for.
     *
     * @param word in the metadata
     * @param type the interface of the answer
     * @param methods that the interface wants, with BODY where the gap is
     * @param plan for a component, how it is put to work: the harness's factory for its plan; empty for others
     */
    private record Form(String word, String type, String imports, String methods, String plan) {
        String harness() {
            return plan.replaceFirst("\\..*", "");
        }
    }

    private static final Map<String, Form> FORMS = new LinkedHashMap<>();

    static {
        String client = "import io.fabric8.kubernetes.client.KubernetesClient;\n";
        String apply = "    public void apply(KubernetesClient client, String namespace) {\n        BODY\n    }\n";
        FORMS.put("state", new Form("state", "StateExercise", client, apply, ""));
        FORMS.put("repair", new Form("repair", "StateExercise", client, apply, ""));
        FORMS.put(
                "question",
                new Form(
                        "question",
                        "QuestionExercise<String>",
                        client,
                        "    public String answer(KubernetesClient client, String namespace) {\n        BODY\n    }\n",
                        ""));
        FORMS.put(
                "scheduler",
                new Form(
                        "component",
                        "PodScheduler",
                        "",
                        "    public boolean filter(PodInfo pod, NodeInfo node) {\n        BODY\n    }\n\n    @Override\n"
                                + "    public int score(PodInfo pod, NodeInfo node) {\n        return 0;\n    }\n",
                        "SchedulerHarness.named(\"my-scheduler\")"));
        FORMS.put(
                "balancer",
                new Form(
                        "component",
                        "TcpLoadBalancer",
                        "import java.io.IOException;\nimport java.util.List;\nimport kubelab.labkit.Connection;\n"
                                + "import kubelab.labkit.Dialer;\n",
                        "    public void endpoints(List<EndpointSlice> slices) {}\n\n    @Override\n"
                                + "    public void serve(Connection client, Dialer dialer) throws IOException {\n"
                                + "        BODY\n    }\n",
                        "LoadBalancerHarness.forService(\"web\")"));
        FORMS.put(
                "reconciler",
                new Form(
                        "component",
                        "Reconciler",
                        "import java.util.List;\n",
                        "    public List<Write> reconcile(Desired desired, List<Item> items) {\n        BODY\n    }\n",
                        "ReconcilerHarness.configMaps(\"keeper\")"));
    }

    private ExerciseScaffold() {}

    /** The words that {@code --form} knows. */
    static Set<String> forms() {
        return FORMS.keySet();
    }

    /**
     * @param topic of a chapter that exists
     * @param name words with dashes
     * @param formWord one of {@link #forms}; {@code component} is {@code scheduler}
     * @return path below the root → content
     */
    static Map<String, String> of(Sources sources, String topic, String name, String formWord) {
        Form form = FORMS.get(formWord.equals("component") ? "scheduler" : formWord);
        if (form == null)
            throw new PublishException("no form \"" + formWord + "\"; there is: " + String.join(", ", FORMS.keySet()));
        if (sources.chapters().stream().noneMatch(c -> c.topic().equals(topic)))
            throw new PublishException("no chapter on " + topic + "; there is: "
                    + sources.chapters().stream().map(Chapter::topic).collect(Collectors.joining(", ")));
        if (!NAME.matcher(name).matches())
            throw new PublishException(name + ": a name is made of small letters and dashes, such as shared-volume");
        String id = sources.exercises().keySet().stream()
                .map(ExerciseId::of)
                .filter(e -> e.topic().equals(topic))
                .max(Comparator.naturalOrder())
                .map(ExerciseId::next)
                .orElse(new ExerciseId(topic, 1))
                .toString();
        String simple = Arrays.stream(name.split("-"))
                .map(word -> Character.toUpperCase(word.charAt(0)) + word.substring(1))
                .collect(Collectors.joining());
        String folder = TopicPackage.of(topic);
        String title = name.replace('-', ' ');
        Map<String, String> files = new LinkedHashMap<>();
        files.put(
                "solutions/src/main/resources/kubelab/labs/" + folder + "/" + id + ".yaml",
                metadata(id, folder, simple, title, form));
        files.put(
                "solutions/src/main/java/kubelab/labs/" + folder + "/" + simple + ".java",
                answer(
                        id,
                        folder,
                        simple,
                        form,
                        "// tag::solution[] answer\n        // starter: // TODO " + id
                                + ": write your code here.\n        throw new UnsupportedOperationException(\"TODO: the solution of "
                                + id + "\");\n        // end::solution[]"));
        files.put(Checks.checkFile(topic, simple), check(id, folder, simple, form));
        files.put(Checks.ANSWERS + "/" + id + ".yaml", answers(form));
        files.put(Checks.ANSWERS + "/" + id + ".feedback.txt", "");
        return files;
    }

    /** One wrong answer, which compiles and does nothing, and one right one. */
    private static String answers(Form form) {
        String nothing = form.methods().contains("boolean filter")
                ? "return true;"
                : form.methods().contains("String answer")
                        ? "return \"\";"
                        : form.methods().contains("List<Write>") ? "return List.of();" : "// nothing is done";
        return """
                - name: does-nothing
                  breaks: made
                  points: 0
                  why: "TODO: a plausible mistake; each clause wants an answer that breaks only it, three in all"
                  regions: {answer: '%s'}
                - name: another-way
                  uses: any-way
                  why: "TODO: what the task leaves open"
                  regions: {answer: 'throw new UnsupportedOperationException("TODO: done in another way");'}
                """.formatted(nothing);
    }

    private static String metadata(String id, String folder, String simple, String title, Form form) {
        return """
                id: %s
                class: kubelab.labs.%s.%s
                title: %s
                form: %s
                stars: 1
                minutes: 15
                needs: []
                task: |
                  TODO: a task that stands on its own, one sentence a line.
                clauses:
                  made: "TODO: what is asked for, one thing each, in the task's words"
                freedoms:
                  any-way: "TODO: what the text leaves open"
                criteria:
                  - id: made
                    title: "TODO: what holds"
                    points: 7
                    judges: [made]
                    hint: 1
                    kubectl: get pods
                  - id: lasts
                    title: "TODO: what holds, too, and is not shown before grading"
                    points: 3
                    judges: [made]
                    hint: 2
                    kubectl: get pods
                    hidden: true
                    needs: [made]
                debrief: |
                  TODO: what happened and why, in two sentences.
                hints:
                  - "TODO: where to look"
                  - "TODO: what to use"
                  - "TODO: nearly the answer"
                """.formatted(id, folder, simple, title, form.word());
    }

    private static String answer(String id, String folder, String simple, Form form, String body) {
        String type = form.type().replaceAll("<.*", "");
        String imports = (form.imports() + "import kubelab.labkit." + type + ";\n")
                .lines()
                .sorted()
                .collect(Collectors.joining("\n"));
        return """
                package kubelab.labs.%s;

                %s

                /** %s: TODO one sentence. */
                public class %s implements %s {
                    @Override
                %s}
                """.formatted(
                        folder, imports, id, simple, form.type(), form.methods().replace("BODY", body));
    }

    private static String check(String id, String folder, String simple, Form form) {
        boolean component = !form.plan().isEmpty();
        return """
                package kubelab.grader.checks.%s;

                import kubelab.grader.check.Check;
                %simport kubelab.grader.check.Looks;
                import kubelab.grader.check.Observation;
                %s
                /** %s. TODO: what must be allowed, and what must be refused. */
                final class %sCheck implements Check {
                %s    @Override
                    public Looks looks() {
                        return new Looks()
                                .look("made", run -> Observation.never("TODO", "TODO"))
                                .look("lasts", run -> Observation.never("TODO", "TODO"));
                    }
                }
                """.formatted(
                        folder,
                        component ? "import kubelab.grader.check.CheckContext;\n" : "",
                        component ? "import kubelab.labkit.component." + form.harness() + ";\n" : "",
                        id,
                        simple,
                        component
                                ? "    @Override\n    public void start(CheckContext run) {\n        run.start("
                                        + form.plan() + ");\n    }\n\n"
                                : "");
    }
}
