package kubelab.publisher;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.asciidoctor.ast.Block;
import org.asciidoctor.ast.Cell;
import org.asciidoctor.ast.ContentNode;
import org.asciidoctor.ast.Cursor;
import org.asciidoctor.ast.DescriptionList;
import org.asciidoctor.ast.DescriptionListEntry;
import org.asciidoctor.ast.ListItem;
import org.asciidoctor.ast.PhraseNode;
import org.asciidoctor.ast.Row;
import org.asciidoctor.ast.Section;
import org.asciidoctor.ast.StructuralNode;
import org.asciidoctor.ast.Table;
import org.asciidoctor.converter.StringConverter;
import org.jspecify.annotations.Nullable;

/**
 * AsciiDoc nodes to Markdown as Jupyter shows it. A kind of node that is not listed here stops the build with file and
 * line: a chapter must not lose a word on its way into a notebook.
 */
public final class MarkdownConverter extends StringConverter {
    static final String BACKEND = "notebook";
    private static final Pattern NUMERIC = Pattern.compile("&#(\\d+);");
    private static final Pattern CALLOUT = Pattern.compile("(//|#)\\s*<(\\d+)>\\s*$", Pattern.MULTILINE);

    public MarkdownConverter(String backend, Map<String, Object> options) {
        super(backend, options);
        setOutfileSuffix(".ipynb");
    }

    @Override
    public String convert(ContentNode node, @Nullable String transform, Map<Object, Object> options) {
        String kind = transform == null ? node.getNodeName() : transform;
        return switch (kind) {
            case "paragraph", "open", "preamble" -> titled((StructuralNode) node) + content((StructuralNode) node);
            case "example" -> example((StructuralNode) node);
            case "sidebar", "quote" -> quoted(titled((StructuralNode) node) + content((StructuralNode) node));
            case "admonition" -> admonition((StructuralNode) node);
            case "listing", "literal" -> fenced((Block) node);
            case "ulist" -> list((org.asciidoctor.ast.List) node, "- ");
            case "olist", "colist" -> list((org.asciidoctor.ast.List) node, "1. ");
            case "dlist" -> descriptions((DescriptionList) node);
            case "table" -> table((Table) node);
            case "image" -> image((StructuralNode) node);
            case "floating_title" ->
                "#".repeat(((StructuralNode) node).getLevel() + 1) + " " + ((StructuralNode) node).getTitle();
            case "thematic_break" -> "---";
            case "page_break" -> "";
            case "inline_quoted" -> quotedText((PhraseNode) node);
            case "inline_anchor" -> anchor((PhraseNode) node);
            case "inline_break" -> ((PhraseNode) node).getText() + "  \n";
            case "inline_callout" -> "(" + ((PhraseNode) node).getText() + ")";
            case "inline_kbd" -> "<kbd>" + node.getAttribute("keys") + "</kbd>";
            default ->
                throw new PublishException(where(node) + ": the notebook has no form for '" + kind
                        + "'; write it with another construct, or teach MarkdownConverter to convert it");
        };
    }

    static String where(ContentNode node) {
        ContentNode at = node;
        while (at != null && !(at instanceof StructuralNode s && s.getSourceLocation() != null)) at = at.getParent();
        if (!(at instanceof StructuralNode s)) return "in a chapter";
        Cursor cursor = s.getSourceLocation();
        return cursor.getPath() + ":" + cursor.getLineNumber();
    }

    /** Character references back to characters: Markdown shows them as they stand inside code. */
    static String plain(String text) {
        Matcher numeric = NUMERIC.matcher(text.replace("&lt;", "<").replace("&gt;", ">"));
        return numeric.replaceAll(m -> Matcher.quoteReplacement(Character.toString(Integer.parseInt(m.group(1)))))
                .replace("\u200b", "")
                .replace("&amp;", "&");
    }

    /** A listing's text, callouts as (1). */
    static String source(Block block) {
        return CALLOUT.matcher(block.getSource()).replaceAll("$1 ($2)");
    }

    static String heading(Section section) {
        return "#".repeat(section.getLevel() + 1) + " " + section.getTitle();
    }

    private static String content(StructuralNode node) {
        if (node.getBlocks().isEmpty()) return String.valueOf(node.getContent());
        return node.getBlocks().stream().map(StructuralNode::convert).collect(Collectors.joining("\n\n"));
    }

    private static String titled(StructuralNode node) {
        return node.getTitle() == null ? "" : "**" + node.getTitle() + "**\n\n";
    }

    private static String quoted(String text) {
        return text.lines().map(l -> l.isEmpty() ? ">" : "> " + l).collect(Collectors.joining("\n"));
    }

    private static String example(StructuralNode node) {
        if (node.isOption("collapsible"))
            return "<details><summary>" + (node.getTitle() == null ? "More" : node.getTitle()) + "</summary>\n\n"
                    + content(node) + "\n\n</details>";
        return quoted(titled(node) + content(node));
    }

    private static String admonition(StructuralNode node) {
        String label = String.valueOf(node.getAttribute("textlabel", node.getStyle()));
        return quoted(
                "**" + label + ".** " + (node.getTitle() == null ? "" : "*" + node.getTitle() + "* ") + content(node));
    }

    private static String fenced(Block block) {
        Object language = block.getAttribute("language");
        String text = source(block);
        String fence = text.contains("```") ? "````" : "```";
        return titled(block) + fence + (language == null ? "text" : language) + "\n" + text + "\n" + fence;
    }

    private static String list(org.asciidoctor.ast.List list, String marker) {
        StringBuilder out = new StringBuilder(titled(list));
        for (StructuralNode node : list.getItems()) {
            ListItem item = (ListItem) node;
            boolean loose = !item.getBlocks().isEmpty();
            String text = item.hasText() ? item.getText() : "";
            if (loose) text += "\n\n" + content(item);
            out.append(marker)
                    .append(text.strip().replace("\n", "\n" + " ".repeat(marker.length())))
                    .append(loose ? "\n\n" : "\n");
        }
        return out.toString().stripTrailing();
    }

    private static String descriptions(DescriptionList list) {
        List<String> entries = new ArrayList<>();
        for (DescriptionListEntry entry : list.getItems()) {
            String terms = entry.getTerms().stream().map(ListItem::getText).collect(Collectors.joining(", "));
            ListItem description = entry.getDescription();
            String text = description == null ? "" : description.hasText() ? description.getText() : "";
            if (description != null && !description.getBlocks().isEmpty()) text += "\n\n" + content(description);
            entries.add("- **" + terms + "**: " + text.strip().replace("\n", "\n  "));
        }
        return titled(list) + String.join("\n", entries);
    }

    private static String table(Table table) {
        StringBuilder out = new StringBuilder(titled(table));
        List<Row> rows = new ArrayList<>(table.getHeader());
        boolean header = !rows.isEmpty();
        rows.addAll(table.getBody());
        rows.addAll(table.getFooter());
        if (!header)
            out.append("|  ".repeat(table.getColumns().size())).append("|\n").append(rule(table));
        for (int i = 0; i < rows.size(); i++) {
            for (Cell cell : rows.get(i).getCells()) {
                if (cell.getColspan() > 1 || cell.getRowspan() > 1 || "asciidoc".equals(cell.getStyle()))
                    throw new PublishException(
                            where(table) + ": Markdown tables have no spans and no blocks in a cell");
                out.append("| ")
                        .append(cell.getText().replace("\n", " ").replace("|", "\\|"))
                        .append(' ');
            }
            out.append("|\n");
            if (header && i == 0) out.append(rule(table));
        }
        return out.toString().stripTrailing();
    }

    private static String rule(Table table) {
        return "| --- ".repeat(table.getColumns().size()) + "|\n";
    }

    private static String image(StructuralNode node) {
        String caption = node.getTitle() == null ? "" : "\n\n*" + node.getTitle() + "*";
        return "![" + node.getAttribute("alt") + "](picture:" + node.getAttribute("target") + ")" + caption;
    }

    private static String quotedText(PhraseNode node) {
        String text = node.getText();
        return switch (node.getType()) {
            case "strong" -> "**" + text + "**";
            case "emphasis" -> "*" + text + "*";
            case "monospaced" -> code(plain(text));
            case "double" -> "“" + text + "”";
            case "single" -> "‘" + text + "’";
            case "superscript" -> "<sup>" + text + "</sup>";
            case "subscript" -> "<sub>" + text + "</sub>";
            case "mark" -> node.hasRole("cid") || node.hasRole("badge") ? "**" + text + "**" : "*" + text + "*";
            case "unquoted" -> node.hasRole("cid") || node.hasRole("badge") ? "**" + text + "**" : text;
            default ->
                throw new PublishException(where(node) + ": no Markdown for the quotes '" + node.getType() + "'");
        };
    }

    private static String code(String text) {
        return text.contains("`") ? "`` " + text + " ``" : "`" + text + "`";
    }

    private static String anchor(PhraseNode node) {
        return switch (node.getType()) {
            case "link" -> "[" + node.getText() + "](" + node.getTarget() + ")";
            case "xref" -> {
                String id = String.valueOf(node.getAttribute("refid"));
                if (!node.getDocument().getCatalog().getRefs().containsKey(id))
                    throw new PublishException(where(node) + ": broken cross reference <<" + id + ">>");
                String text = node.getText() == null ? title(node, id) : node.getText();
                yield "[" + text + "](#" + id + ")";
            }
            case "ref" -> "<a id=\"" + node.getId() + "\"></a>";
            default ->
                throw new PublishException(where(node) + ": no Markdown for an anchor of type " + node.getType());
        };
    }

    private static String title(PhraseNode node, String id) {
        Object target = node.getDocument().getCatalog().getRefs().get(id);
        return target instanceof StructuralNode s && s.getTitle() != null ? s.getTitle() : id;
    }
}
