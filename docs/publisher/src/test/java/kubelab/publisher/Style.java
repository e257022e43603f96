package kubelab.publisher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import morfologik.speller.Speller;
import morfologik.stemming.Dictionary;

/** The words of docs/style.adoc, and a British dictionary with the terms of the trade. */
final class Style {
    private static final Pattern ROW = Pattern.compile("^\\|([^|]+)\\|([^|]+)$");
    private static final Pattern WORD =
            Pattern.compile("(?<![\\w.$/@-])[A-Za-z]+(?:['’][a-z]+)?(?![\\w/@]|-\\d|\\.\\w)");

    private final Map<Pattern, String> replace;
    private final Set<String> terms;
    private final Speller speller;

    private Style(Map<Pattern, String> replace, Path termsFile, Speller speller) throws IOException {
        this.replace = replace;
        this.terms = Files.readAllLines(termsFile).stream()
                .filter(l -> !l.isBlank() && !l.startsWith("#"))
                .collect(Collectors.toCollection(TreeSet::new));
        this.speller = speller;
    }

    static Style read(Path root) throws IOException {
        Map<Pattern, String> replace = new LinkedHashMap<>();
        String page = Files.readString(root.resolve("docs/style.adoc"));
        String table = page.substring(page.indexOf("// style: words"), page.indexOf("// style: end"));
        table.lines().skip(5).forEach(line -> {
            Matcher row = ROW.matcher(line);
            if (row.matches())
                replace.put(
                        Pattern.compile(
                                "\\b" + row.group(1).strip().replace(" ", "\\s+") + "\\b", Pattern.CASE_INSENSITIVE),
                        row.group(2).strip());
        });
        var british = Style.class.getResource("/org/languagetool/resource/en/hunspell/en_GB.dict");
        return new Style(replace, root.resolve("docs/style-terms.txt"), new Speller(Dictionary.read(british)));
    }

    List<String> findings(List<Prose.Line> lines) throws IOException {
        List<String> findings = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            Prose.Line line = lines.get(i);
            String at = line.file() + ":" + line.number() + ": \"";
            // A phrase may go on in the next line; it counts where it begins.
            String next = i + 1 < lines.size() ? " " + lines.get(i + 1).words().strip() : "";
            String text = line.words() + next;
            replace.forEach((word, better) -> {
                Matcher found = word.matcher(text);
                while (found.find())
                    if (found.start() < line.words().length())
                        findings.add(at + found.group().replaceAll("\\s+", " ") + "\": better " + better);
            });
            // What is told to a wrong answer names objects by names that a check makes up; its words are in check and
            // YAML.
            if (line.file().endsWith(".feedback.txt")) continue;
            Matcher word = WORD.matcher(line.words());
            while (word.find()) {
                if (known(word.group())) continue;
                findings.add(at + word.group() + "\" is in no dictionary: a slip, or a term for docs/style-terms.txt");
            }
        }
        return findings;
    }

    private boolean known(String word) {
        String plain = word.replace('’', '\'');
        String bare = plain.replaceFirst("(?:'s?|(?<=[a-z])s)$", "");
        boolean identifier = !bare.substring(1).equals(bare.substring(1).toLowerCase(Locale.ROOT));
        return bare.length() == 1
                || identifier
                || terms.contains(plain)
                || terms.contains(bare)
                || terms.contains(bare.toLowerCase(Locale.ROOT))
                || !speller.isMisspelled(plain)
                || !speller.isMisspelled(bare)
                || !speller.isMisspelled(bare.toLowerCase(Locale.ROOT));
    }
}
