package kubelab.containers.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Scripts with what a real busybox's shell made of them. In the file a case is a line {@code == name}, the script, and
 * after {@code -- stdout}, {@code -- stderr} and {@code -- exit N} what came of it; every line of an output has a bar in
 * front, and a last line without an end has a backslash instead.
 */
record ParityCases(List<Case> cases) {
    static final String RESOURCE = "parity.txt";

    record Case(String name, String script, String stdout, String stderr, int exit) {
        @Override
        public String toString() {
            return name;
        }
    }

    static ParityCases load() {
        try (InputStream in = ParityCases.class.getResourceAsStream(RESOURCE)) {
            return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static ParityCases parse(String text) {
        List<Case> cases = new ArrayList<>();
        for (String block : text.split("(?m)^== ")) {
            if (block.isBlank() || block.startsWith("#")) {
                continue;
            }
            int end = block.indexOf('\n');
            String[] parts = block.substring(end + 1).split("(?m)^-- (?=stdout|stderr|exit)");
            String script = parts[0].stripTrailing();
            String out = "";
            String err = "";
            int exit = 0;
            for (int i = 1; i < parts.length; i++) {
                String body = parts[i].substring(parts[i].indexOf('\n') + 1);
                if (parts[i].startsWith("stdout")) {
                    out = unbar(body);
                } else if (parts[i].startsWith("stderr")) {
                    err = unbar(body);
                } else {
                    exit = Integer.parseInt(parts[i].split("\\s+")[1]);
                }
            }
            cases.add(new Case(block.substring(0, end).trim(), script, out, err, exit));
        }
        return new ParityCases(cases);
    }

    static String format(Case each) {
        return "== " + each.name() + "\n" + each.script() + "\n-- stdout\n" + bar(each.stdout()) + "-- stderr\n"
                + bar(each.stderr()) + "-- exit " + each.exit() + "\n\n";
    }

    private static String bar(String text) {
        if (text.isEmpty()) {
            return "";
        }
        StringBuilder all = new StringBuilder();
        String[] lines = text.split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            boolean last = i == lines.length - 1;
            if (!last) {
                all.append('|').append(lines[i]).append('\n');
            } else if (!lines[i].isEmpty()) {
                all.append('\\').append(lines[i]).append('\n');
            }
        }
        return all.toString();
    }

    private static String unbar(String text) {
        StringBuilder all = new StringBuilder();
        for (String line : text.split("\n")) {
            if (line.startsWith("|")) {
                all.append(line.substring(1)).append('\n');
            } else if (line.startsWith("\\")) {
                all.append(line.substring(1));
            }
        }
        return all.toString();
    }
}
