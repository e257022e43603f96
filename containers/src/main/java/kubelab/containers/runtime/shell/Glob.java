package kubelab.containers.runtime.shell;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import kubelab.containers.runtime.filesystem.FileView;
import kubelab.containers.runtime.filesystem.Stat;

/** Patterns with {@code *}, {@code ?} and {@code [...]}; a backslash makes the next character stand for itself. */
public final class Glob {
    private Glob() {}

    public static boolean matches(String pattern, String text) {
        return matches(pattern, 0, text, 0);
    }

    private static boolean matches(String pattern, int p, String text, int t) {
        while (p < pattern.length()) {
            char c = pattern.charAt(p);
            switch (c) {
                case '*' -> {
                    while (p < pattern.length() && pattern.charAt(p) == '*') {
                        p++;
                    }
                    if (p == pattern.length()) {
                        return true;
                    }
                    for (int i = t; i <= text.length(); i++) {
                        if (matches(pattern, p, text, i)) {
                            return true;
                        }
                    }
                    return false;
                }
                case '?' -> {
                    if (t >= text.length()) {
                        return false;
                    }
                    p++;
                    t++;
                }
                case '[' -> {
                    int end = bracketEnd(pattern, p);
                    if (end < 0) {
                        if (t >= text.length() || text.charAt(t) != '[') {
                            return false;
                        }
                        p++;
                        t++;
                    } else {
                        if (t >= text.length() || !inBracket(pattern, p + 1, end, text.charAt(t))) {
                            return false;
                        }
                        p = end + 1;
                        t++;
                    }
                }
                default -> {
                    if (c == '\\' && p + 1 < pattern.length()) {
                        c = pattern.charAt(++p);
                    }
                    if (t >= text.length() || text.charAt(t) != c) {
                        return false;
                    }
                    p++;
                    t++;
                }
            }
        }
        return t == text.length();
    }

    private static int bracketEnd(String pattern, int open) {
        int i = open + 1;
        if (i < pattern.length() && (pattern.charAt(i) == '!' || pattern.charAt(i) == '^')) {
            i++;
        }
        if (i < pattern.length() && pattern.charAt(i) == ']') {
            i++;
        }
        for (; i < pattern.length(); i++) {
            if (pattern.startsWith("[:", i)) {
                int end = pattern.indexOf(":]", i + 2);
                if (end > 0) {
                    i = end + 1;
                }
            } else if (pattern.charAt(i) == '\\') {
                i++;
            } else if (pattern.charAt(i) == ']') {
                return i;
            }
        }
        return -1;
    }

    private static boolean inBracket(String pattern, int from, int end, char c) {
        int i = from;
        boolean negated = pattern.charAt(i) == '!' || pattern.charAt(i) == '^';
        if (negated) {
            i++;
        }
        boolean found = false;
        while (i < end) {
            if (pattern.startsWith("[:", i)) {
                int close = pattern.indexOf(":]", i + 2);
                found |= inClass(pattern.substring(i + 2, close), c);
                i = close + 2;
                continue;
            }
            char low = pattern.charAt(i);
            if (low == '\\' && i + 1 < end) {
                low = pattern.charAt(++i);
            }
            if (i + 2 < end && pattern.charAt(i + 1) == '-') {
                found |= c >= low && c <= pattern.charAt(i + 2);
                i += 3;
            } else {
                found |= c == low;
                i++;
            }
        }
        return found != negated;
    }

    /** Whether a character is in a class such as {@code alpha}. */
    public static boolean inClass(String name, char c) {
        return switch (name) {
            case "alpha" -> c < 128 && Character.isLetter(c);
            case "digit" -> c >= '0' && c <= '9';
            case "alnum" -> c < 128 && Character.isLetterOrDigit(c);
            case "upper" -> c >= 'A' && c <= 'Z';
            case "lower" -> c >= 'a' && c <= 'z';
            case "space" -> c == ' ' || c >= '\t' && c <= '\r';
            case "blank" -> c == ' ' || c == '\t';
            case "punct" -> c > ' ' && c < 127 && !Character.isLetterOrDigit(c);
            case "xdigit" -> Character.digit(c, 16) >= 0 && c < 128;
            case "print" -> c >= ' ' && c < 127;
            case "graph" -> c > ' ' && c < 127;
            case "cntrl" -> c < ' ' || c == 127;
            default -> false;
        };
    }

    static boolean hasMagic(String pattern) {
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '*' || c == '?' || c == '[') {
                return true;
            }
        }
        return false;
    }

    static String unescape(String pattern) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < pattern.length(); i++) {
            if (pattern.charAt(i) == '\\' && i + 1 < pattern.length()) {
                i++;
            }
            text.append(pattern.charAt(i));
        }
        return text.toString();
    }

    /** Paths that match, in order; empty when none does. */
    static List<String> expand(FileView files, String pattern) {
        List<String> found = new ArrayList<>(List.of(pattern.startsWith("/") ? "/" : ""));
        String[] names = pattern.split("/");
        for (int i = 0; i < names.length; i++) {
            if (names[i].isEmpty()) {
                continue;
            }
            List<String> next = new ArrayList<>();
            for (String prefix : found) {
                step(files, prefix, names[i], i == names.length - 1, next);
            }
            found = next;
        }
        return found;
    }

    private static void step(FileView files, String prefix, String name, boolean last, List<String> into) {
        if (!hasMagic(name)) {
            String path = prefix + unescape(name);
            if (files.find(path, false) != null) {
                into.add(last ? path : path + "/");
            }
            return;
        }
        List<String> entries;
        try {
            entries = new ArrayList<>(files.list(prefix.isEmpty() ? "." : prefix));
        } catch (IOException unreadable) {
            return;
        }
        if (name.startsWith(".")) {
            entries.add(".");
            entries.add("..");
        }
        entries.sort(null);
        for (String entry : entries) {
            if (entry.startsWith(".") && !name.startsWith(".") || !matches(name, entry)) {
                continue;
            }
            if (last) {
                into.add(prefix + entry);
            } else {
                Stat stat = files.find(prefix + entry);
                if (stat != null && stat.isDirectory()) {
                    into.add(prefix + entry + "/");
                }
            }
        }
    }
}
