package kubelab.publisher;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kubelab.course.Exercise;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The code cells of a notebook's JSON, in order. */
record NotebookCells(List<Code> all) {
    NotebookCells {
        all = List.copyOf(all);
    }

    /** One cell; its tags say what it belongs to. */
    record Code(String id, String source, List<String> tags, JsonNode outputs) {
        Code {
            tags = List.copyOf(tags);
        }

        /** What follows this word and a colon in one of the tags, as in {@code exercise:pods-2}; else empty. */
        private String tagged(String word) {
            return tags.stream()
                    .filter(t -> t.startsWith(word + ":"))
                    .map(t -> t.substring(word.length() + 1))
                    .findFirst()
                    .orElse("");
        }

        String claim() {
            return tagged("claim");
        }

        /** Of the learner's own cell and of the one that grades it; else empty. */
        String exercise() {
            return tagged("exercise") + tagged("check");
        }
    }

    static NotebookCells of(String notebook) {
        List<Code> found = new ArrayList<>();
        for (JsonNode cell : JsonMapper.shared().readTree(notebook).path("cells")) {
            if (!cell.path("cell_type").asString("").equals("code")) continue;
            List<String> tags = new ArrayList<>();
            cell.path("metadata").path("tags").forEach(t -> tags.add(t.asString()));
            found.add(new Code(
                    cell.path("id").asString(), Recording.joined(cell.path("source")), tags, cell.path("outputs")));
        }
        return new NotebookCells(found);
    }

    /**
     * Cell id → hash of the code that its output comes from. For a claim's run that is the proof, too; for an exercise
     * it is the solution, since that is what is recorded.
     */
    Map<String, String> fingerprints(Sources sources) {
        Map<String, String> found = new LinkedHashMap<>();
        Map<String, String> proofs = new LinkedHashMap<>();
        for (Code cell : all) {
            String code = cell.source();
            Exercise exercise =
                    cell.exercise().isEmpty() ? null : sources.exercises().get(cell.exercise());
            if (exercise != null) code = sources.solution(exercise).plain();
            if (!cell.claim().isEmpty()) code = proofs.merge(cell.claim(), code, String::concat);
            String hash = hash(code);
            found.put(cell.id(), hash);
        }
        return found;
    }

    /** The cell that runs a claim's proof. */
    static String run(String claim) {
        return "claim-" + claim + "-run";
    }

    /** The cell that runs the same probe where it must fail. */
    static String falsifier(String claim) {
        return "claim-" + claim + "-falsifier";
    }

    private static String hash(String code) {
        return Manifest.hash(code.strip()).substring(0, 16);
    }
}
