package kubelab.course;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** A mapping of a YAML file. Each method throws {@link CourseException} with the place for a value of the wrong type. */
final class Yaml {
    private static final Pattern TIME = Pattern.compile("(\\d{1,5})(s|ms)");

    private final String where;
    private final Map<?, ?> values;

    private Yaml(String where, Map<?, ?> values) {
        this.where = where;
        this.values = values;
    }

    /** @param where the file as messages name it */
    static Yaml read(Path file, String where) {
        return mapping(where, load(file, where));
    }

    /** A file that is a list of mappings. */
    static List<Yaml> readList(Path file, String where) {
        if (!(load(file, where) instanceof List<?> list)) throw new CourseException(where + ": a list is wanted");
        return list.stream().map(value -> mapping(where, value)).toList();
    }

    private static Object load(Path file, String where) {
        try {
            Object all =
                    new Load(LoadSettings.builder().setLabel(where).build()).loadFromString(Files.readString(file));
            return all == null ? List.of() : all;
        } catch (YamlEngineException e) {
            throw new CourseException(where + ": " + e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private static Yaml mapping(String where, @Nullable Object value) {
        if (!(value instanceof Map<?, ?> values)) throw new CourseException(where + ": keys and values are wanted");
        return new Yaml(where, values);
    }

    /** The same with a name for messages. */
    Yaml called(String name) {
        return new Yaml(where + ": " + name, values);
    }

    String where() {
        return where;
    }

    /** Refuses every other key: a misspelt one would be ignored. */
    Yaml only(Set<String> keys) {
        for (Object key : values.keySet())
            if (!keys.contains(String.valueOf(key)))
                throw new CourseException(where + ": nothing is called '" + key + "' here");
        return this;
    }

    boolean has(String key) {
        return values.containsKey(key);
    }

    String text(String key) {
        if (!(values.get(key) instanceof String text) || text.isBlank())
            throw new CourseException(where + ": '" + key + "' is missing or no text");
        return text.strip();
    }

    /** A text as it is written, which may be empty. */
    String exact(String key) {
        if (!(values.get(key) instanceof String text))
            throw new CourseException(where + ": '" + key + "' is missing or no text");
        return text;
    }

    int whole(String key) {
        if (!(values.get(key) instanceof Integer number))
            throw new CourseException(where + ": '" + key + "' is missing or no whole number");
        return number;
    }

    boolean flag(String key) {
        Object value = values.containsKey(key) ? values.get(key) : Boolean.FALSE;
        if (!(value instanceof Boolean flag)) throw new CourseException(where + ": '" + key + "' is true or false");
        return flag;
    }

    /** As in {@code 30s} or {@code 300ms}. */
    Duration duration(String key, Duration otherwise) {
        if (!has(key)) return otherwise;
        Matcher time = TIME.matcher(text(key));
        if (!time.matches()) throw new CourseException(where + ": '" + key + "' is a time such as 30s or 300ms");
        long number = Long.parseLong(time.group(1));
        return time.group(2).equals("s") ? Duration.ofSeconds(number) : Duration.ofMillis(number);
    }

    /** A mapping of ids to texts, in the file's order. Empty if there is no such key. */
    Map<String, String> textsById(String key) {
        Map<String, String> texts = new LinkedHashMap<>();
        if (!has(key)) return texts;
        Yaml mapping = mapping(where + ": " + key, values.get(key));
        for (Object id : mapping.values.keySet()) texts.put(String.valueOf(id), mapping.text(String.valueOf(id)));
        return texts;
    }

    /** The same for texts that may be empty, as they are written. A number is a good id, too. */
    Map<String, String> exactById(String key) {
        Map<String, String> texts = new LinkedHashMap<>();
        if (!has(key)) return texts;
        Yaml mapping = mapping(where + ": " + key, values.get(key));
        for (Map.Entry<?, ?> entry : mapping.values.entrySet()) {
            if (!(entry.getValue() instanceof String text))
                throw new CourseException(mapping.where + ": '" + entry.getKey() + "' is no text");
            texts.put(String.valueOf(entry.getKey()), text);
        }
        return texts;
    }

    /** The one of these that the text names, in whichever case. */
    <E extends Enum<E>> E word(String key, E[] words) {
        String value = text(key);
        for (E word : words) if (word.name().equalsIgnoreCase(value)) return word;
        String known = Arrays.stream(words).map(E::name).collect(Collectors.joining(", "));
        throw new CourseException(
                where + ": '" + key + "' is one of " + known.toLowerCase(Locale.ROOT) + "; not " + value);
    }

    /** Empty if there is no such key. */
    List<String> texts(String key) {
        List<String> texts = new ArrayList<>();
        for (Object value : list(key)) {
            if (!(value instanceof String text))
                throw new CourseException(where + ": '" + key + "' has what is no text");
            texts.add(text.strip());
        }
        return texts;
    }

    /** A text, or a list of texts. Empty if there is no such key. */
    List<String> oneOrMore(String key) {
        return values.get(key) instanceof String ? List.of(text(key)) : texts(key);
    }

    /** Empty if there is no such key. */
    List<Yaml> mappings(String key) {
        List<Yaml> mappings = new ArrayList<>();
        for (Object value : list(key)) mappings.add(mapping(where + ": " + key, value));
        return mappings;
    }

    private List<?> list(String key) {
        Object value = values.containsKey(key) ? values.get(key) : List.of();
        if (!(value instanceof List<?> list)) throw new CourseException(where + ": '" + key + "' is no list");
        return list;
    }
}
