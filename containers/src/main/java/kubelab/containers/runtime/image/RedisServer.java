package kubelab.containers.runtime.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import kubelab.containers.network.Connection;
import kubelab.containers.runtime.kernel.Program;
import kubelab.containers.runtime.kernel.Signal;
import kubelab.containers.runtime.kernel.Task;
import org.jspecify.annotations.Nullable;

/**
 * redis-server: strings by name, in memory.
 *
 * <p>Simplified: the commands are PING, ECHO, SET (EX, PX, NX, XX), GET, DEL, EXISTS, INCR, DECR, KEYS of all, DBSIZE,
 * EXPIRE, TTL, FLUSHALL and CONFIG GET; data is neither written to disk nor replicated.
 */
final class RedisServer implements Program {
    @Override
    public long memory() {
        return 8 << 20;
    }

    @Override
    public int run(Task task) throws IOException {
        Map<String, String> config;
        try {
            config = config(task);
        } catch (IOException e) {
            task.err()
                    .print("Fatal error, can't open config file '" + task.argument(1) + "': " + e.getMessage() + "\n");
            return 1;
        }
        Store store = new Store(task, config);
        task.handle(Signal.TERM, signal -> task.exit(0));
        task.handle(Signal.INT, signal -> task.exit(0));
        String port = config.getOrDefault("port", "6379");
        try {
            task.own(
                    task.namespaces().network().listen(Integer.parseInt(port), connection -> serve(connection, store)));
        } catch (java.net.BindException taken) {
            task.out()
                    .println("Warning: Could not create server TCP listening socket *:" + port
                            + ": bind: Address already in use");
            return 1;
        }
        task.out().println(task.pid() + ":M * Ready to accept connections tcp");
        task.out().flush();
        return STAYS;
    }

    /** The file that the first word names, and options such as {@code --port 7000} over it. */
    private static Map<String, String> config(Task task) throws IOException {
        Map<String, String> config =
                new TreeMap<>(Map.of("port", "6379", "maxmemory", "0", "maxmemory-policy", "noeviction"));
        List<String> words = task.arguments();
        int i = 1;
        if (words.size() > 1 && !words.get(1).startsWith("-")) {
            for (String line : task.files().readText(words.get(i++)).split("\n")) {
                String[] parts = line.trim().split("\\s+", 2);
                if (parts.length == 2 && !parts[0].startsWith("#")) {
                    config.put(parts[0], parts[1]);
                }
            }
        }
        for (; i + 1 < words.size(); i += 2) {
            config.put(words.get(i).replaceFirst("^--", ""), words.get(i + 1));
        }
        return config;
    }

    private static void serve(Connection connection, Store store) throws IOException {
        try (connection) {
            for (List<String> words; (words = Resp.command(connection.input())) != null; ) {
                if (words.isEmpty()) {
                    continue;
                }
                connection.output().write(store.answer(words).getBytes(StandardCharsets.UTF_8));
                connection.output().flush();
                if (words.get(0).equalsIgnoreCase("quit")) {
                    return;
                }
            }
        }
    }

    /** The data. One command at a time, as in the real one. */
    private static final class Store {
        private static final String OK = "+OK\r\n";

        private record Entry(String value, @Nullable Instant until) {}

        private final Task task;
        private final Map<String, String> config;
        private final Map<String, Entry> entries = new LinkedHashMap<>();

        Store(Task task, Map<String, String> config) {
            this.task = task;
            this.config = config;
        }

        /** Time is charged before the lock is taken: a task over its limit waits there. */
        String answer(List<String> words) {
            task.charge(20_000);
            return obey(words);
        }

        private synchronized String obey(List<String> words) {
            String name = words.get(0).toLowerCase(Locale.ROOT);
            int given = words.size() - 1;
            return switch (name) {
                case "ping" -> given == 0 ? "+PONG\r\n" : Resp.bulk(words.get(1));
                case "echo" -> given == 1 ? Resp.bulk(words.get(1)) : wrongNumber(name);
                case "quit", "select", "client" -> OK;
                case "set" -> given < 2 ? wrongNumber(name) : set(words);
                case "get" -> given == 1 ? Resp.bulk(value(words.get(1))) : wrongNumber(name);
                case "del", "unlink" ->
                    integer(words.subList(1, words.size()).stream()
                            .filter(key -> value(key) != null && entries.remove(key) != null)
                            .count());
                case "exists" ->
                    integer(words.subList(1, words.size()).stream()
                            .filter(key -> value(key) != null)
                            .count());
                case "incr" -> given == 1 ? add(words.get(1), 1) : wrongNumber(name);
                case "decr" -> given == 1 ? add(words.get(1), -1) : wrongNumber(name);
                case "expire" -> given == 2 ? expire(words.get(1), words.get(2)) : wrongNumber(name);
                case "ttl" -> given == 1 ? ttl(words.get(1)) : wrongNumber(name);
                case "keys" -> {
                    List<String> keys = entries.keySet().stream()
                            .filter(key -> value(key) != null)
                            .toList();
                    yield given == 1 && words.get(1).equals("*")
                            ? Resp.encode(keys)
                            : "-ERR kubelab's redis knows KEYS * only\r\n";
                }
                case "dbsize" ->
                    integer(entries.keySet().stream()
                            .filter(key -> value(key) != null)
                            .count());
                case "flushall", "flushdb" -> {
                    entries.clear();
                    yield OK;
                }
                case "config" -> {
                    String key = given == 2 && words.get(1).equalsIgnoreCase("get") ? words.get(2) : "";
                    yield config.containsKey(key)
                            ? Resp.encode(List.of(key, size(config.getOrDefault(key, ""))))
                            : key.isEmpty() ? "-ERR kubelab's redis knows CONFIG GET only\r\n" : "*0\r\n";
                }
                default ->
                    "-ERR unknown command '" + words.get(0) + "', with args beginning with: "
                            + String.join(" ", words.subList(1, words.size())) + "\r\n";
            };
        }

        private @Nullable String value(String key) {
            Entry entry = entries.get(key);
            return entry == null || entry.until != null && !task.clock().now().isBefore(entry.until)
                    ? null
                    : entry.value;
        }

        private String set(List<String> words) {
            String key = words.get(1);
            Instant until = null;
            for (int i = 3; i < words.size(); i++) {
                String option = words.get(i).toLowerCase(Locale.ROOT);
                boolean there = value(key) != null;
                if (option.equals("nx") && there || option.equals("xx") && !there) {
                    return Resp.bulk(null);
                }
                if ((option.equals("ex") || option.equals("px"))
                        && i + 1 < words.size()
                        && isNumber(words.get(i + 1))) {
                    long number = Long.parseLong(words.get(++i));
                    until = task.clock()
                            .now()
                            .plus(option.equals("ex") ? Duration.ofSeconds(number) : Duration.ofMillis(number));
                } else if (!option.equals("nx") && !option.equals("xx")) {
                    return "-ERR syntax error\r\n";
                }
            }
            entries.put(key, new Entry(words.get(2), until));
            return OK;
        }

        private String add(String key, long by) {
            String value = value(key);
            if (value != null && !isNumber(value)) {
                return "-ERR value is not an integer or out of range\r\n";
            }
            long sum = (value == null ? 0 : Long.parseLong(value)) + by;
            Entry before = entries.get(key);
            entries.put(key, new Entry(Long.toString(sum), value == null || before == null ? null : before.until));
            return integer(sum);
        }

        private String expire(String key, String seconds) {
            String value = value(key);
            if (!isNumber(seconds)) {
                return "-ERR value is not an integer or out of range\r\n";
            }
            if (value != null) {
                entries.put(key, new Entry(value, task.clock().now().plusSeconds(Long.parseLong(seconds))));
            }
            return integer(value == null ? 0 : 1);
        }

        private String ttl(String key) {
            Entry entry = value(key) == null ? null : entries.get(key);
            if (entry == null || entry.until == null) {
                return integer(entry == null ? -2 : -1);
            }
            return integer((Duration.between(task.clock().now(), entry.until).toMillis() + 500) / 1000);
        }

        /** The real one tells sizes in bytes: 2mb is 2097152. */
        private static String size(String value) {
            String digits = value.toLowerCase(Locale.ROOT).replaceFirst("[kmg]b$", "");
            if (digits.length() == value.length() || !isNumber(digits)) {
                return value;
            }
            int power = "kmg".indexOf(Character.toLowerCase(value.charAt(digits.length()))) + 1;
            return Long.toString(Long.parseLong(digits) << 10 * power);
        }

        private static boolean isNumber(String text) {
            return text.matches("-?[0-9]{1,15}");
        }

        private static String integer(long number) {
            return ":" + number + "\r\n";
        }

        private static String wrongNumber(String command) {
            return "-ERR wrong number of arguments for '" + command + "' command\r\n";
        }
    }
}
