package kubelab.course;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A Java file with answer regions ({@code // tag::solution[] NAME} … {@code // end::solution[]}), and what is made of it:
 * the starter that a learner gets, the cell of a notebook, and answers that have something else in a region's place. A
 * region without a name is called by its number, from 1 on.
 *
 * <p>Inside a region, lines {@code // starter: CODE} are what the starter has in the region's place; a region without
 * such a line leaves a TODO. In a text block that is YAML, {@code #} begins these lines in place of {@code //}.
 */
public final class SolutionSource {
    private static final Pattern TAG =
            Pattern.compile("(\\s*)(//|#)\\s*(tag|end)::([a-z-]+)\\[\\](?:\\s+([a-z0-9-]+))?\\s*");
    private static final Pattern STARTER = Pattern.compile("(\\s*)(?://|#) starter:(?: (.*))?");
    private static final String SOLUTION = "solution";

    private final String file;
    private final List<String> lines;

    /** @param file the path, for messages */
    public SolutionSource(String file, String text) {
        this.file = file;
        this.lines = text.lines().toList();
    }

    /** What a part of the file becomes. */
    private interface Replacement {
        /** @param kept the region's lines without tags and starter lines */
        List<String> of(Region region, List<String> kept, List<String> starter);
    }

    /** @param comment how a comment begins there */
    private record Region(String name, String indent, String comment) {}

    /**
     * The file with every answer region replaced by its starter lines.
     *
     * @throws CourseException where tags do not fit together, or there are none
     */
    public String starter(String exerciseId) {
        return replaced((region, kept, starter) -> starter.isEmpty()
                ? List.of(region.indent() + region.comment() + " TODO " + exerciseId + ": write your code here.")
                : starter);
    }

    /** The names of the answer regions, in their order. */
    public List<String> regions() {
        List<String> names = new ArrayList<>();
        replaced((region, kept, starter) -> {
            names.add(region.name());
            return kept;
        });
        return names;
    }

    /**
     * The solution with something else in some regions' places.
     *
     * @param texts region → what replaces it; it is shifted to the region's indentation
     * @throws CourseException for a region that does not exist
     */
    public String with(Map<String, String> texts) {
        Set<String> unknown = new HashSet<>(texts.keySet());
        String text = replaced((region, kept, starter) -> {
            String other = texts.get(region.name());
            if (other == null) return kept;
            unknown.remove(region.name());
            return other.stripTrailing()
                    .lines()
                    .map(l -> l.isBlank() ? "" : region.indent() + l)
                    .toList();
        });
        if (!unknown.isEmpty())
            throw new CourseException(file + ": no answer region is called "
                    + unknown.stream().sorted().collect(Collectors.joining(", ")) + "; there is "
                    + String.join(", ", regions()));
        return text;
    }

    private String replaced(Replacement replacement) {
        StringBuilder out = new StringBuilder();
        List<String> kept = new ArrayList<>();
        List<String> starter = new ArrayList<>();
        Set<String> names = new HashSet<>();
        Region region = null;
        int opened = 0;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            Matcher tag = TAG.matcher(line);
            if (tag.matches()) {
                if (!tag.group(4).equals(SOLUTION)) continue;
                if (tag.group(3).equals("tag") == (region != null))
                    throw new CourseException(
                            file + ":" + (i + 1) + ": " + line.strip() + " without its counterpart before it");
                if (region == null) {
                    region = new Region(name(tag, names.size() + 1), tag.group(1), tag.group(2));
                    opened = i + 1;
                    if (!names.add(region.name()))
                        throw new CourseException(file + ":" + opened + ": a second region " + region.name());
                } else {
                    append(out, replacement.of(region, List.copyOf(kept), List.copyOf(starter)));
                    kept.clear();
                    starter.clear();
                    region = null;
                }
            } else if (region == null) {
                out.append(line).append('\n');
            } else {
                Matcher instead = STARTER.matcher(line);
                if (!instead.matches()) kept.add(line);
                else starter.add(instead.group(2) == null ? "" : instead.group(1) + instead.group(2));
            }
        }
        if (region != null) throw new CourseException(file + ":" + opened + ": tag::solution[] is never ended");
        if (names.isEmpty())
            throw new CourseException(file + ": no answer region: put // tag::solution[] and // end::solution[] around "
                    + "what the learner is to write");
        return out.toString();
    }

    private static String name(Matcher tag, int number) {
        @Nullable String name = tag.group(5);
        return name == null ? String.valueOf(number) : name;
    }

    private static void append(StringBuilder out, List<String> lines) {
        lines.forEach(line -> out.append(line).append('\n'));
    }

    /** The solution as a learner may read it: without tags and starter lines. */
    public String plain() {
        StringBuilder out = new StringBuilder();
        for (String line : lines)
            if (!TAG.matcher(line).matches() && !STARTER.matcher(line).matches())
                out.append(line).append('\n');
        return out.toString();
    }

    /** The lines of one tag, shifted to the left margin. */
    public String region(String name) {
        List<String> kept = new ArrayList<>();
        boolean inside = false;
        boolean found = false;
        for (String line : lines) {
            Matcher tag = TAG.matcher(line);
            if (tag.matches()) {
                if (tag.group(4).equals(name)) {
                    inside = tag.group(3).equals("tag");
                    found = true;
                }
            } else if (inside && !STARTER.matcher(line).matches()) {
                kept.add(line);
            }
        }
        if (!found) throw new CourseException(file + ": no // tag::" + name + "[]");
        return String.join("\n", kept).stripIndent().strip() + "\n";
    }

    /** Java that a notebook's cell can hold: no package line, and a class needs no {@code public} there. */
    public static String cell(String java) {
        StringBuilder out = new StringBuilder();
        for (String line : java.lines().toList()) {
            if (line.startsWith("package ")) continue;
            out.append(line.startsWith("public ") ? line.substring("public ".length()) : line)
                    .append('\n');
        }
        return out.toString().strip();
    }
}
