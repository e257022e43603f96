package kubelab.containers.network;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Turns names into addresses the way a C library does with /etc/resolv.conf.
 *
 * @param ndots names with fewer dots go through the search list first
 */
public record Resolver(List<String> nameservers, List<String> searches, int ndots) {
    public static final Resolver NONE = new Resolver(List.of(), List.of(), 1);
    /** So often a C library sends a question to each server. */
    private static final int ATTEMPTS = 2;

    /** Sends one question to one name server. */
    public interface Question {
        /** @throws SocketTimeoutException when there is no answer */
        NameServer.Answer ask(String server, String name, String type) throws IOException;
    }

    public Resolver {
        nameservers = List.copyOf(nameservers);
        searches = List.copyOf(searches);
    }

    /** Reads options such as {@code ndots:5}. */
    public static Resolver of(List<String> nameservers, List<String> searches, List<String> options) {
        int ndots = 1;
        for (String option : options) {
            if (option.startsWith("ndots:")) {
                ndots = Integer.parseInt(option.substring("ndots:".length()).trim());
            }
        }
        return new Resolver(nameservers, searches, ndots);
    }

    /** Reads the text of a resolv.conf. */
    public static Resolver parse(String resolvConf) {
        List<String> servers = new ArrayList<>();
        List<String> searches = List.of();
        List<String> options = new ArrayList<>();
        for (String line : resolvConf.split("\n")) {
            String[] words = line.trim().split("\\s+");
            if (words.length < 2) {
                continue;
            }
            List<String> rest = List.of(words).subList(1, words.length);
            switch (words[0]) {
                case "nameserver" -> servers.add(words[1]);
                case "search" -> searches = rest;
                case "options" -> options.addAll(rest);
                default -> {}
            }
        }
        return of(servers, searches, options);
    }

    /** Fully qualified names to try for a name, in order. */
    public List<String> candidates(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.endsWith(".")) {
            return List.of(lower.substring(0, lower.length() - 1));
        }
        List<String> all = new ArrayList<>();
        boolean enoughDots = lower.chars().filter(c -> c == '.').count() >= ndots;
        if (enoughDots) {
            all.add(lower);
        }
        searches.forEach(domain -> all.add(lower + "." + domain));
        if (!enoughDots) {
            all.add(lower);
        }
        return all;
    }

    /**
     * The IPv4 addresses of a name, in the order of the answer; empty when there are none, or when no server answers. A
     * server that does not answer ends the search; only the name itself is still asked for, as glibc does it.
     */
    public List<String> lookup(String name, Question question) throws IOException {
        List<String> candidates = candidates(name);
        for (int i = 0; i < candidates.size(); i++) {
            try {
                List<String> found = addresses(candidates.get(i), question);
                if (!found.isEmpty()) {
                    return found;
                }
            } catch (SocketTimeoutException silent) {
                i = Math.max(i, candidates.size() - 2);
            }
        }
        return List.of();
    }

    private List<String> addresses(String candidate, Question question) throws IOException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            for (String server : nameservers) {
                try {
                    return question.ask(server, candidate, "A").records().stream()
                            .filter(record -> record.type().equals("A"))
                            .map(NameServer.Record::data)
                            .toList();
                } catch (SocketTimeoutException silent) {
                    // the next server, or the same one again
                }
            }
        }
        throw new SocketTimeoutException("no name server answers");
    }
}
