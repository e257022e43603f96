package kubelab.grader.answer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import kubelab.course.Exercise;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads an exercise's answer out of a saved notebook: the code cells tagged {@code exercise:ID}, joined in order. */
final class NotebookCells {
    private static final JsonMapper JSON = new JsonMapper();

    private NotebookCells() {}

    static String answer(Path notebook, Exercise exercise) throws AnswerProblem {
        JsonNode root;
        try {
            root = JSON.readTree(AnswerFile.readNotebook(notebook));
        } catch (JacksonException e) {
            throw new AnswerProblem(
                    notebook.getFileName() + " is not a notebook: its JSON breaks off or is wrong in line "
                            + e.getLocation().getLineNr() + ". Save it once more in Jupyter, or get it back from git.");
        } catch (java.io.IOException e) {
            throw new AnswerProblem(notebook.getFileName() + " cannot be read: " + e.getMessage());
        }
        String tag = "exercise:" + exercise.id();
        List<String> cells = new ArrayList<>();
        for (JsonNode cell : root.path("cells")) {
            boolean tagged = false;
            for (JsonNode t : cell.path("metadata").path("tags")) {
                tagged |= t.asString().equals(tag);
            }
            if (tagged && cell.path("cell_type").asString().equals("code")) {
                cells.add(source(cell.path("source")));
            }
        }
        if (cells.isEmpty()) {
            throw new AnswerProblem("No cell of " + notebook.getFileName() + " has the tag " + tag
                    + ". Keep your answer in the cell that came with the notebook, or give a cell this tag.");
        }
        return String.join("\n", cells);
    }

    private static String source(JsonNode source) {
        if (source.isString()) {
            return source.asString();
        }
        StringBuilder text = new StringBuilder();
        source.forEach(line -> text.append(line.asString()));
        return text.toString();
    }
}
