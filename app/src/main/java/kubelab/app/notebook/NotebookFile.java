package kubelab.app.notebook;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A notebook in the format nbformat 4.5, as a tree that can be changed and written. */
final class NotebookFile {
    private static final JsonMapper JSON = new JsonMapper();
    private final ObjectNode root;

    private NotebookFile(ObjectNode root) {
        this.root = root;
    }

    /** One cell. */
    record Cell(ObjectNode node) {
        String id() {
            return node.path("id").asString("");
        }

        boolean isCode() {
            return node.path("cell_type").asString("").equals("code");
        }

        String source() {
            JsonNode source = node.path("source");
            if (source.isString()) {
                return source.asString();
            }
            StringBuilder text = new StringBuilder();
            source.forEach(line -> text.append(line.asString()));
            return text.toString();
        }

        void source(String text) {
            node.put("source", text);
        }

        Set<String> tags() {
            Set<String> tags = new TreeSet<>();
            node.path("metadata").path("tags").forEach(tag -> tags.add(tag.asString()));
            return tags;
        }

        Optional<String> exercise() {
            return tags().stream()
                    .filter(t -> t.startsWith("exercise:"))
                    .map(t -> t.substring("exercise:".length()))
                    .findFirst();
        }

        /** What was printed and shown, and how often it ran, as Jupyter keeps it. */
        void outputs(int count, JsonNode outputs) {
            node.put("execution_count", count);
            node.set("outputs", outputs);
        }
    }

    /** @throws IllegalArgumentException for a file that is not a notebook, with what to do about it */
    static NotebookFile read(Path file) throws IOException {
        String where = "";
        try {
            if (JSON.readTree(Files.readString(file)) instanceof ObjectNode object) {
                return new NotebookFile(object);
            }
        } catch (JacksonException e) {
            where = ": its JSON breaks off or is wrong in line "
                    + e.getLocation().getLineNr();
        }
        throw new IllegalArgumentException(file + " is not a notebook" + where
                + ". Save it once more in Jupyter, or get it back with `git checkout -- " + file + "`.");
    }

    void write(Path file) throws IOException {
        if (file.getParent() != null) {
            Files.createDirectories(file.getParent());
        }
        Files.writeString(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root));
    }

    /** Abilities of the cluster without which the notebook cannot be run. */
    Set<String> needs() {
        Set<String> needs = new TreeSet<>();
        root.path("metadata").path("kubelab").path("needs").forEach(n -> needs.add(n.asString()));
        return needs;
    }

    List<Cell> cells() {
        List<Cell> cells = new ArrayList<>();
        if (root.path("cells") instanceof ArrayNode array) {
            for (JsonNode node : array) {
                if (node instanceof ObjectNode object) {
                    cells.add(new Cell(object));
                }
            }
        }
        return cells;
    }

    List<Cell> code() {
        return cells().stream().filter(Cell::isCode).toList();
    }
}
