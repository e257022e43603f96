package kubelab.grader.answer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import kubelab.course.Exercise;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An exercise's answer in a saved notebook: the code cells tagged {@code exercise:ID}, joined in order.
 *
 * @param name of the notebook's file
 * @param cells at least one
 */
record NotebookCells(String name, String exercise, List<Cell> cells) {
    private static final JsonMapper JSON = new JsonMapper();

    /** @param number counted from the notebook's top, text cells too */
    record Cell(int number, String source) {}

    NotebookCells {
        cells = List.copyOf(cells);
    }

    /** @throws AnswerProblem when no cell has the tag, or two have it that declare the answer's class */
    static NotebookCells answer(Path notebook, Exercise exercise) throws AnswerProblem {
        JsonNode root;
        try {
            root = JSON.readTree(AnswerFile.readNotebook(notebook));
        } catch (JacksonException e) {
            throw new AnswerProblem(
                    notebook.getFileName() + " is not a notebook: its JSON breaks off or is wrong in line "
                            + e.getLocation().getLineNr() + ". Save it once more in Jupyter, or get it back from git.");
        } catch (IOException e) {
            throw new AnswerProblem(notebook.getFileName() + " cannot be read: " + e.getMessage());
        }
        String tag = "exercise:" + exercise.id();
        List<Cell> cells = new ArrayList<>();
        int number = 0;
        for (JsonNode cell : root.path("cells")) {
            number++;
            boolean tagged = false;
            for (JsonNode t : cell.path("metadata").path("tags")) {
                tagged |= t.asString().equals(tag);
            }
            if (tagged && cell.path("cell_type").asString().equals("code")) {
                cells.add(new Cell(number, source(cell.path("source"))));
            }
        }
        if (cells.isEmpty()) {
            throw new AnswerProblem("No cell of " + notebook.getFileName() + " has the tag " + tag
                    + ". Keep your answer in the cell that came with the notebook, or give a cell this tag.");
        }
        Pattern declared = Pattern.compile("\\bclass\\s+" + Pattern.quote(exercise.simpleName()) + "\\b");
        List<Cell> answers = cells.stream()
                .filter(cell -> declared.matcher(cell.source()).find())
                .toList();
        if (answers.size() > 1) {
            throw new AnswerProblem(answers.size() + " cells of " + notebook.getFileName() + " have the tag " + tag
                    + " and declare " + exercise.simpleName() + ": the cells "
                    + answers.stream().map(c -> Integer.toString(c.number())).collect(Collectors.joining(" and "))
                    + ", counted from the top. A copied cell keeps its tag: delete the one that is not your answer, or"
                    + " take the tag off it.");
        }
        return new NotebookCells(String.valueOf(notebook.getFileName()), exercise.id(), cells);
    }

    String source() {
        return cells.stream().map(Cell::source).collect(Collectors.joining("\n"));
    }

    /** Where a line of {@link #source} is in the notebook, in words. */
    String place(long line) {
        if (cells.size() == 1) {
            return "the cell of " + exercise + " in " + name + ", line " + line;
        }
        long rest = line;
        for (Cell cell : cells) {
            // as many as joining made of it
            long lines = cell.source().chars().filter(c -> c == '\n').count() + 1;
            if (rest <= lines) {
                return "cell " + cell.number() + " of " + name + ", line " + rest;
            }
            rest -= lines;
        }
        return "the last cell of " + exercise + " in " + name;
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
