package kubelab.publisher;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.asciidoctor.ast.StructuralNode;
import org.asciidoctor.extension.BlockProcessor;
import org.asciidoctor.extension.Contexts;
import org.asciidoctor.extension.Reader;
import org.jspecify.annotations.Nullable;

/**
 * The form of a chapter's blocks: {@code [predict]}, {@code [checkpoint]} and the like before an example ({@code ====}).
 * Each rewrites its lines into plain AsciiDoc, which notebook, handbook and slides have a form for.
 */
abstract class Blocks extends BlockProcessor {
    /** Where the lines go: in a notebook a block of the chapter may be a cell, on a slide an answer is a further step. */
    enum Output {
        NOTEBOOK,
        HANDBOOK,
        SLIDES
    }

    Blocks(String name) {
        // Asciidoctor adds to this map.
        super(name, new HashMap<>(Map.of("contexts", List.of(Contexts.EXAMPLE), "content_model", ":raw")));
    }

    @Override
    public final @Nullable Object process(StructuralNode parent, Reader reader, Map<String, Object> attributes) {
        Form form = new Form(
                getName(),
                String.valueOf(attributes.getOrDefault("title", "")),
                attributes,
                reader.readLines(),
                output(parent));
        parseContent(parent, lines(form));
        return null;
    }

    static Output output(StructuralNode node) {
        if (node.getDocument().hasAttribute("deck")) return Output.SLIDES;
        return node.getDocument().hasAttribute("notebook") ? Output.NOTEBOOK : Output.HANDBOOK;
    }

    /** The block in plain AsciiDoc. */
    abstract List<String> lines(Form form);

    /** What the author wrote. */
    record Form(String name, String title, Map<String, Object> attributes, List<String> lines, Output output) {
        PublishException wrong(String what) {
            String first = lines.isEmpty() ? "" : " (\"" + lines.get(0) + "\")";
            return new PublishException("[" + name + "]" + first + ": " + what);
        }
    }

    /** An example block with a role around these lines. */
    static List<String> framed(String role, String title, List<String> lines) {
        List<String> all = new ArrayList<>();
        all.add("[." + role + "]");
        if (!title.isEmpty()) all.add("." + title);
        all.add("=======");
        all.addAll(lines);
        all.add("=======");
        return all;
    }

    /** An answer: to be unfolded, or the slide's next step. */
    static List<String> answer(Output output, String title, List<String> lines) {
        List<String> all = new ArrayList<>();
        if (output == Output.SLIDES) {
            all.add("[%step]");
            all.add(String.join(" ", lines).strip());
            return all;
        }
        all.add("." + title);
        all.add("[%collapsible]");
        all.add("=====");
        all.addAll(lines);
        all.add("=====");
        return all;
    }
}
