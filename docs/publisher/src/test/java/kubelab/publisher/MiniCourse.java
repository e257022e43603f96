package kubelab.publisher;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A course of one chapter, one claim and one exercise in a folder of its own. */
final class MiniCourse {
    final Path root;
    String said = "";

    MiniCourse(Path root) throws Exception {
        this.root = root;
        write("README.md", "# mini\n\n" + Generated.TABLE_START + "\n" + Generated.TABLE_END + "\n\nend\n");
        write("docs/claims.yaml", """
                claims:
                  - {id: C01, section: things, claim: Things are *small*., verdict: N, shows: 'A thing is small.', caveat: Not every thing., proof: kubelab.claims.C01, falsifier: they are large}
                """);
        write("solutions/src/main/java/kubelab/claims/C01.java", """
                package kubelab.claims;

                public final class C01 {
                    // tag::proof[]
                    void probe() {}
                    // end::proof[]
                }
                """);
        write("solutions/src/main/resources/kubelab/labs/things/things-1.yaml", """
                id: things-1
                class: kubelab.labs.things.FirstThing
                title: A first thing
                form: state
                stars: 1
                minutes: 5
                task: |
                  Make a thing called `a<b` and ask `wget http://localhost/`.

                  * one
                  * two
                hints: [one, two, three]
                rules: []
                clauses: {there: it is there}
                freedoms: {any-way: how it is made}
                criteria: [{id: there, title: It is there, points: 10, judges: [there], hint: 1}]
                debrief: It was there.
                """);
        write("solutions/src/main/java/kubelab/labs/things/FirstThing.java", """
                package kubelab.labs.things;

                import java.util.List;

                public class FirstThing {
                    int apply() {
                        // tag::solution[] answer
                        // starter: // TODO things-1: how many?
                        // starter: return 0;
                        return List.of("secret").size();
                        // end::solution[]
                    }
                }
                """);
        write(
                "grader/src/main/java/kubelab/grader/checks/things/FirstThingCheck.java",
                "class FirstThingCheck { Looks looks() { return new Looks().look(\"there\", run -> there(run)); } }");
        StringBuilder answers =
                new StringBuilder("- {name: other-way, uses: any-way, why: w, regions: {answer: ''}}\n");
        StringBuilder feedback = new StringBuilder();
        for (String mistake : new String[] {"one", "two", "three"}) {
            answers.append(
                    "- {name: %s, breaks: there, points: 0, why: w, regions: {answer: ''}}\n".formatted(mistake));
            feedback.append("=== %s\n  ✗ It is there  0/10\n".formatted(mistake));
        }
        write("grader/src/test/answers/things-1.yaml", answers.toString());
        write("grader/src/test/answers/things-1.feedback.txt", feedback.toString());
        chapter("");
        write("docs/handbook.adoc", "= Handbook\n:doctype: book\n\ninclude::chapters/01-things.adoc[leveloffset=+1]\n");
        write("docs/slides.adoc", "= Slides\n\ninclude::chapters/01-things.adoc[tags=slides]\n");
        write("docs/pictures/thing.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\"/>\n");
        Path styles = Path.of("src/main/resources/kubelab/publisher/kubelab-handbook.css");
        write("docs/publisher/" + styles, Files.readString(styles));
    }

    /** The chapter, with some more text in its middle. */
    void chapter(String more) throws Exception {
        write("docs/chapters/01-things.adoc", """
                = Things
                :description: All about things

                Hello & <<last,goodbye>>.

                [source.setup,java]
                ----
                var lab = Lab.open("things");
                ----

                image::thing.svg[A thing,opts=inline]

                %s

                claim::C01[]

                exercise::things-1[]

                // tag::slides[]
                [#last]
                == Last section

                * `List<String>` is _generic_
                +
                .Answer
                [%%collapsible]
                ====
                Yes.
                ====

                |===
                |a |b

                |1 |2
                |===
                // end::slides[]
                """.formatted(more));
    }

    /** Adds two wrong answers to those of a scaffold, and the feedback of all three. */
    void complete(String id) throws Exception {
        String answers = "grader/src/test/answers/" + id;
        StringBuilder yaml = new StringBuilder(read(answers + ".yaml"));
        for (String mistake : new String[] {"one", "two"})
            yaml.append("- {name: ")
                    .append(mistake)
                    .append(", breaks: made, points: 1, why: it does, regions: {answer: ''}}\n");
        write(answers + ".yaml", yaml.toString());
        String marks = "  ✗ TODO: what holds  0/7\n  · TODO: what holds, too, and is not shown before grading  0/3\n";
        write(answers + ".feedback.txt", "=== does-nothing\n" + marks + "=== one\n" + marks + "=== two\n" + marks);
    }

    void write(String path, String text) throws Exception {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    String read(String path) throws Exception {
        return Files.readString(root.resolve(path));
    }

    int update() {
        return say(Author::update);
    }

    /** Records a run of the notebook in which each of these cells printed this. */
    int record(Map<String, String> printed) throws Exception {
        ObjectNode notebook = (ObjectNode) JsonMapper.shared().readTree(read("notebooks/01-things.ipynb"));
        for (JsonNode cell : notebook.get("cells")) {
            String text = printed.get(cell.get("id").asString());
            if (text != null)
                ((ObjectNode) cell)
                        .putArray("outputs")
                        .addObject()
                        .put("output_type", "stream")
                        .put("name", "stdout")
                        .put("text", text);
        }
        write("run/01-things.ipynb", notebook.toString());
        return say(a -> a.record(root.resolve("run/01-things.ipynb"), "a cluster", "v1.34.4"));
    }

    int check(boolean strict) {
        return say(a -> a.check(strict));
    }

    int say(java.util.function.ToIntFunction<Author> action) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int code = action.applyAsInt(new Author(root, new PrintStream(bytes, true, StandardCharsets.UTF_8)));
        said = bytes.toString(StandardCharsets.UTF_8);
        return code;
    }
}
