package kubelab.publisher;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kubelab.course.Chapter;
import kubelab.course.Claim;
import kubelab.course.CourseException;
import kubelab.course.Exercise;
import kubelab.course.ExerciseAnswer;
import kubelab.course.Term;
import kubelab.course.TopicPackage;

/** Finds what does not agree between chapters, claims, proofs, exercises and generated files. */
final class Checks {
    private static final Pattern MACRO = Pattern.compile("^(claim|exercise)::([A-Za-z0-9-]+)\\[\\]", Pattern.MULTILINE);
    private static final Pattern INCLUDED =
            Pattern.compile("^include::chapters/(\\d\\d-[a-z0-9-]+)\\.adoc", Pattern.MULTILINE);
    private static final Pattern IMAGE = Pattern.compile("^(image::[^\\[]+)\\[[^,\\]\"]*,(?!\\w+=)", Pattern.MULTILINE);
    private static final Pattern CELL =
            Pattern.compile("^\\[source(?:\\.\\w+)?,java]\\R----\\R(.*?)\\R----$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern TERM = Pattern.compile("term:\\[([^]]+)\\]");
    static final String ANSWERS = ExerciseAnswer.FOLDER;
    private static final String MEND = "run: kubelab author update";

    /** Of a chapter. More is a second chapter. */
    private static final int LINES = 700;
    /** Of a cell. More is two cells. */
    private static final int CELL_LINES = 12;

    private final Sources sources;

    Checks(Sources sources) {
        this.sources = sources;
    }

    /** Disagreements in what is authored; needs no AsciidoctorJ. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        Map<String, String> mentioned = new LinkedHashMap<>();
        for (Chapter chapter : sources.chapters()) {
            String name = sources.relative(chapter.file());
            // The slides repeat a chapter's claims; what counts is the chapter proper.
            String text = withoutDeck(Sources.read(chapter.file()));
            if (text.lines().count() > LINES)
                problems.add(name + ": " + text.lines().count() + " lines; a chapter has " + LINES + " at most");
            IMAGE.matcher(text)
                    .results()
                    .forEach(image -> problems.add(name + ": " + image.group(1)
                            + ": a comma ends the words of a picture; what follows would be read as its width"));
            CELL.matcher(text).results().map(cell -> cell.group(1)).forEach(cell -> {
                long lines = cell.lines().count();
                if (lines > CELL_LINES)
                    problems.add(
                            name + ": the cell \"" + cell.lines().findFirst().orElse("") + " …\" has " + lines
                                    + " lines; a cell has " + CELL_LINES + " at most");
            });
            Matcher m = MACRO.matcher(text);
            while (m.find()) {
                String id = m.group(2);
                String topic = m.group(1).equals("claim")
                        ? (sources.claims().containsKey(id)
                                ? sources.claims().get(id).section()
                                : null)
                        : (sources.exercises().containsKey(id)
                                ? sources.exercises().get(id).topic()
                                : null);
                if (topic == null) problems.add(name + ": " + m.group() + " names nothing that exists");
                else if (!topic.equals(chapter.topic()))
                    problems.add(name + ": " + m.group() + " belongs to the chapter on " + topic);
                if (mentioned.put(id, name) != null) problems.add(name + ": " + m.group() + " is there twice");
            }
        }
        sources.claims().values().forEach(c -> claim(c, mentioned, problems));
        sources.exercises().values().forEach(e -> exercise(e, mentioned, problems));
        sources.course().terms().forEach(t -> term(t, problems));
        for (String path : List.of("docs/handbook.adoc", "docs/slides.adoc")) spine(path, problems);
        orphans(problems);
        return problems;
    }

    /** A word of the glossary stands in the chapter that introduces it. */
    private void term(Term term, List<String> problems) {
        Chapter chapter = sources.chapters().stream()
                .filter(c -> c.topic().equals(term.chapter()))
                .findFirst()
                .orElse(null);
        String where = "docs/glossary.yaml: " + term.name() + ": ";
        if (chapter == null) problems.add(where + "there is no chapter on " + term.chapter());
        else if (TERM.matcher(Sources.read(chapter.file())).results().noneMatch(m -> term.isCalled(m.group(1))))
            problems.add(where + "put term:[" + term.name() + "] into " + sources.relative(chapter.file()));
    }

    /** The spines of handbook and slides have the chapters in the order in which they are learnt. */
    private void spine(String path, List<String> problems) {
        Path file = sources.root().resolve(path);
        if (!Files.isRegularFile(file)) return;
        List<String> included = INCLUDED.matcher(Sources.read(file))
                .results()
                .map(m -> m.group(1))
                .toList();
        List<String> course = sources.chapters().stream()
                .map(Chapter::id)
                .filter(included::contains)
                .toList();
        if (!included.equals(course))
            problems.add(path + ": has the chapters " + included + ", and they are learnt in the order " + course);
    }

    private void claim(Claim c, Map<String, String> mentioned, List<String> problems) {
        if (!mentioned.containsKey(c.id()))
            problems.add("docs/claims.yaml: " + c.id() + " is in no chapter: put claim::" + c.id() + "[] there");
        if (!c.proof().matches("kubelab\\.claims\\.\\w+"))
            problems.add("docs/claims.yaml: " + c.id() + " is proven by " + c.proof()
                    + ", expected a class of kubelab.claims");
        for (Claim other : sources.claims().values())
            if (!other.id().equals(c.id()) && other.proof().equals(c.proof()))
                problems.add("docs/claims.yaml: " + c.id() + " and " + other.id() + " have one proof, " + c.proof());
        collect(problems, () -> sources.proof(c).region("proof"));
    }

    private void exercise(Exercise e, Map<String, String> mentioned, List<String> problems) {
        if (!mentioned.containsKey(e.id()))
            problems.add(e.id() + " is in no chapter: put exercise::" + e.id() + "[] there");
        String labs = TopicPackage.labs(e.topic());
        if (!e.className().equals(labs + "." + e.simpleName()))
            problems.add(e.id() + ": class " + e.className() + " is not in " + labs);
        collect(problems, () -> sources.solution(e).starter(e.id()));
        String check = checkFile(e.topic(), e.simpleName());
        if (!Files.isRegularFile(sources.root().resolve(check))) problems.add(e.id() + ": has no check: " + check);
        problems.addAll(ExerciseChecks.problems(sources, e));
    }

    static String checkFile(String topic, String simpleName) {
        return "grader/src/main/java/" + TopicPackage.checks(topic).replace('.', '/') + "/" + simpleName + "Check.java";
    }

    private void orphans(List<String> problems) {
        for (Path file : Sources.files(sources.solutions())) {
            String path = sources.solutions().relativize(file).toString().replace('\\', '/');
            if (!path.endsWith(".java") || path.endsWith("package-info.java")) continue;
            boolean known = sources.exercises().values().stream()
                            .anyMatch(e -> e.sourceFile().equals(path))
                    || sources.claims().values().stream()
                            .anyMatch(c -> c.sourceFile().equals(path));
            boolean counts = path.startsWith("kubelab/labs/") || path.startsWith("kubelab/claims/");
            if (counts && !known)
                problems.add(sources.relative(file) + ": orphan: no claim and no exercise names this class");
        }
        for (Path file : Sources.files(sources.root().resolve("grader/src/main/java/kubelab/grader/checks")))
            if (file.getFileName().toString().endsWith("Check.java")
                    && sources.exercises().values().stream()
                            .noneMatch(e -> sources.relative(file).equals(checkFile(e.topic(), e.simpleName()))))
                problems.add(sources.relative(file) + ": orphan: it checks no exercise");
        for (Path file : Sources.files(sources.root().resolve(ANSWERS))) {
            Path path = sources.root().resolve(ANSWERS).relativize(file);
            String name = path.getName(0).toString();
            String id = name.replaceFirst("(\\.feedback\\.txt|\\.yaml)$", "");
            if (!sources.exercises().containsKey(id))
                problems.add(sources.relative(file) + ": orphan: there is no exercise " + id);
            else if (path.getNameCount() > 1 || name.equals(id))
                problems.add(sources.relative(file) + ": orphan: it is no file of " + id + "'s");
        }
    }

    /** Generated files that would come out otherwise than the manifest says. */
    static List<String> stale(Sources sources, Map<String, String> files) {
        List<String> problems = new ArrayList<>();
        Manifest manifest = Manifest.read(sources.root());
        files.forEach((path, content) -> {
            if (!manifest.hashes().containsKey(path)) problems.add(path + ": was never generated; " + MEND);
            else if (!manifest.wrote(path, content)) problems.add(path + ": stale: its sources have changed; " + MEND);
        });
        for (String path : manifest.hashes().keySet())
            if (!files.containsKey(path)) problems.add(path + ": generated from something that is gone; " + MEND);
        String readme = Sources.read(sources.root().resolve(Generated.README));
        if (!Generated.withTable(readme, Generated.chapterTable(sources)).equals(readme))
            problems.add(Generated.README + ": its chapter table is stale; " + MEND);
        return problems;
    }

    /** Files on disk that are not what the publisher wrote: edited, missing, or nobody's. */
    static List<String> edited(Sources sources, Map<String, String> files) {
        List<String> problems = new ArrayList<>();
        Manifest manifest = Manifest.read(sources.root());
        for (String path : manifest.hashes().keySet()) {
            Path file = sources.root().resolve(path);
            if (!Files.exists(file)) problems.add(path + ": missing; " + MEND);
            else if (!manifest.wrote(path, Sources.read(file)))
                problems.add(path + ": edited by hand; it is generated: change its source, delete it, then " + MEND);
        }
        for (String folder : List.of("labs/src", "notebooks"))
            for (Path file : Sources.files(sources.root().resolve(folder))) {
                String path = sources.relative(file);
                if (!files.containsKey(path) && !path.contains(".ipynb_checkpoints"))
                    problems.add(path + ": orphan: nothing generates it; remove it");
            }
        return problems;
    }

    private static String withoutDeck(String text) {
        return text.replaceAll("(?ms)^ifdef::deck\\[\\]$.*?^endif::\\[\\]$", "");
    }

    private static void collect(List<String> problems, Runnable check) {
        try {
            check.run();
        } catch (PublishException | CourseException e) {
            problems.add(String.valueOf(e.getMessage()));
        }
    }
}
