package kubelab.publisher;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Java file with answer regions ({@code // tag::solution[]} … {@code // end::solution[]}), and what is made of it: the
 * starter that a learner gets, and the cell of a notebook.
 *
 * <p>Inside a region, lines {@code // starter: CODE} are what the starter has in the region's place; a region without
 * such a line leaves a TODO.
 */
final class SolutionSource {
    private static final Pattern TAG = Pattern.compile("\\s*//\\s*(tag|end)::([a-z-]+)\\[\\]\\s*");
    private static final Pattern STARTER = Pattern.compile("(\\s*)// starter:(?: (.*))?");

    private final String file;
    private final List<String> lines;

    SolutionSource(String file, String text) {
        this.file = file;
        this.lines = text.lines().toList();
    }

    /** The file with every answer region replaced by its starter lines. */
    String starter(String exerciseId) {
        StringBuilder out = new StringBuilder();
        List<String> replacement = new ArrayList<>();
        boolean inside = false;
        int regions = 0;
        int opened = 0;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            Matcher tag = TAG.matcher(line);
            if (tag.matches()) {
                if (!tag.group(2).equals("solution")) continue;
                boolean opens = tag.group(1).equals("tag");
                if (opens == inside)
                    throw new PublishException(
                            file + ":" + (i + 1) + ": " + line.strip() + " without its counterpart before it");
                inside = opens;
                if (opens) {
                    regions++;
                    opened = i + 1;
                    replacement.clear();
                } else {
                    if (replacement.isEmpty())
                        replacement.add(indent(line) + "// TODO " + exerciseId + ": write your code here.");
                    replacement.forEach(r -> out.append(r).append('\n'));
                }
            } else if (inside) {
                Matcher starter = STARTER.matcher(line);
                if (starter.matches()) {
                    String code = starter.group(2);
                    replacement.add(code == null ? "" : starter.group(1) + code);
                }
            } else {
                out.append(line).append('\n');
            }
        }
        if (inside) throw new PublishException(file + ":" + opened + ": tag::solution[] is never ended");
        if (regions == 0)
            throw new PublishException(
                    file + ": no answer region: put // tag::solution[] and // end::solution[] around "
                            + "what the learner is to write");
        return out.toString();
    }

    /** The solution as a learner may read it: without tags and starter lines. */
    String plain() {
        StringBuilder out = new StringBuilder();
        for (String line : lines)
            if (!TAG.matcher(line).matches() && !STARTER.matcher(line).matches())
                out.append(line).append('\n');
        return out.toString();
    }

    /** The lines of one tag, shifted to the left margin. */
    String region(String name) {
        List<String> kept = new ArrayList<>();
        boolean inside = false;
        boolean found = false;
        for (String line : lines) {
            Matcher tag = TAG.matcher(line);
            if (tag.matches()) {
                if (tag.group(2).equals(name)) {
                    inside = tag.group(1).equals("tag");
                    found = true;
                }
            } else if (inside && !STARTER.matcher(line).matches()) {
                kept.add(line);
            }
        }
        if (!found) throw new PublishException(file + ": no // tag::" + name + "[]");
        return String.join("\n", kept).stripIndent().strip() + "\n";
    }

    /** Java that a notebook's cell can hold: no package line, and a class needs no {@code public} there. */
    static String cell(String java) {
        StringBuilder out = new StringBuilder();
        for (String line : java.lines().toList()) {
            if (line.startsWith("package ")) continue;
            out.append(line.startsWith("public ") ? line.substring("public ".length()) : line)
                    .append('\n');
        }
        return out.toString().strip();
    }

    private static String indent(String line) {
        return line.substring(0, line.length() - line.stripLeading().length());
    }
}
