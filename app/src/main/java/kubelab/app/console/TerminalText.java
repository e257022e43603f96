package kubelab.app.console;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is between a command's text and its reader's terminal: lines are broken at spaces to the terminal's width, and a
 * character that its encoding lacks becomes a plainer one. Takes UTF-8; a line that is flushed before its end, as a
 * progress line is, goes through unbroken.
 */
public final class TerminalText extends OutputStream {
    private static final Map<String, String> PLAINER = Map.ofEntries(
            Map.entry("✔", "+"),
            Map.entry("✓", "+"),
            Map.entry("✘", "x"),
            Map.entry("✗", "x"),
            Map.entry("·", "-"),
            Map.entry("◐", "~"),
            Map.entry("★", "*"),
            Map.entry("☆", "-"),
            Map.entry("…", "..."),
            Map.entry("→", "->"),
            Map.entry("×", "x"),
            Map.entry("≤", "<="),
            Map.entry("≥", ">="),
            Map.entry("—", "-"),
            Map.entry("–", "-"),
            Map.entry("“", "\""),
            Map.entry("”", "\""),
            Map.entry("’", "'"),
            Map.entry("ß", "ss"));
    /** To be copied whole: the terminal breaks it, and knows that it is one line. */
    private static final Pattern COMMAND = Pattern.compile("(see |help |\\./kubelab|kubectl |eval |export |https?:).*");
    /** A word in a column of its own: what follows it is broken to the column after it. */
    private static final Pattern LABELLED = Pattern.compile("( *\\S{1,12} {2,})\\S.*");

    private static final Pattern PART = Pattern.compile("( *)(\\S+)");
    private static final Pattern COLOUR = Pattern.compile("\u001b\\[[0-9;]*m");

    private final OutputStream to;
    private final Charset charset;
    private final CharsetEncoder encoder;
    private final int columns;
    private final Runnable before;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private boolean begun;

    private TerminalText(OutputStream to, Charset charset, int columns, Runnable before) {
        this.to = to;
        this.charset = charset;
        this.encoder = charset.newEncoder();
        this.columns = columns;
        this.before = before;
    }

    /**
     * @param charset what the reader's terminal understands
     * @param columns its width; 0 where there is none
     * @param before is run before anything is written
     */
    public static PrintStream over(OutputStream to, Charset charset, int columns, Runnable before) {
        return new PrintStream(new TerminalText(to, charset, columns, before), true, StandardCharsets.UTF_8);
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        before.run();
        for (int i = offset; i < offset + length; i++) {
            line.write(bytes[i]);
            if (bytes[i] == '\n') {
                String text = line.toString(StandardCharsets.UTF_8);
                line.reset();
                put(begun || columns <= 0 ? text : broken(text, columns));
                begun = false;
            }
        }
    }

    @Override
    public void flush() throws IOException {
        if (line.size() > 0) {
            put(line.toString(StandardCharsets.UTF_8));
            line.reset();
            begun = true;
        }
        to.flush();
    }

    private void put(String text) throws IOException {
        to.write((encoder.canEncode(text) ? text : plainer(text)).getBytes(charset));
    }

    private String plainer(String text) {
        StringBuilder plain = new StringBuilder();
        text.codePoints().mapToObj(Character::toString).forEach(c -> {
            if (encoder.canEncode(c)) {
                plain.append(c);
                return;
            }
            String letter = Normalizer.normalize(c, Normalizer.Form.NFD).replaceAll("\\p{M}", "");
            plain.append(PLAINER.getOrDefault(c, encoder.canEncode(letter) ? letter : "?"));
        });
        return plain.toString();
    }

    /** The line, which may end in a line end, in several where it is too long. */
    static String broken(String line, int columns) {
        String text = line.stripTrailing();
        if (width(text) <= columns
                || COMMAND.matcher(COLOUR.matcher(text).replaceAll("").strip()).matches()) {
            return line;
        }
        Matcher labelled = LABELLED.matcher(COLOUR.matcher(text).replaceAll(""));
        int indent = text.length() - text.stripLeading().length();
        int hang = labelled.matches() ? labelled.group(1).length() : indent + 2;
        hang = hang > columns / 2 ? Math.min(indent, columns / 2) : hang;
        StringBuilder all = new StringBuilder();
        int column = 0;
        Matcher part = PART.matcher(text);
        while (part.find()) {
            int word = width(part.group(2));
            if (column + part.group(1).length() + word > columns && column > hang) {
                all.append('\n').append(" ".repeat(hang)).append(part.group(2));
                column = hang + word;
            } else {
                all.append(part.group());
                column += part.group(1).length() + word;
            }
        }
        return all.append(line, text.length(), line.length()).toString();
    }

    private static int width(String text) {
        String shown = COLOUR.matcher(text).replaceAll("");
        return shown.codePointCount(0, shown.length());
    }
}
