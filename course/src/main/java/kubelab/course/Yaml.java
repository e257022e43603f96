package kubelab.course;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** A mapping of a YAML file. Each method throws {@link CourseException} with the place for a value of the wrong type. */
final class Yaml {
    private final String where;
    private final Map<?, ?> values;

    private Yaml(String where, Map<?, ?> values) {
        this.where = where;
        this.values = values;
    }

    /** @param where the file as messages name it */
    static Yaml read(Path file, String where) {
        try {
            Object all =
                    new Load(LoadSettings.builder().setLabel(where).build()).loadFromString(Files.readString(file));
            return mapping(where, all);
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
