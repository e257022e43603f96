package kubelab.containers.runtime.image;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import kubelab.containers.runtime.filesystem.FileView;
import kubelab.containers.runtime.shell.Glob;

/**
 * nginx's configuration: include, error_log, access_log, server with listen, server_name, root, index, add_header,
 * error_page and location with root, alias, index, return, try_files, autoindex and default_type. Other directives are
 * read over.
 */
record NginxConfig(String errorLog, String accessLog, List<Server> servers) {
    NginxConfig {
        servers = List.copyOf(servers);
    }

    record Listen(String ip, int port) {}

    record Server(List<Listen> listens, List<String> names, Directive block) {}

    /** {@code name words… { children }}; without children a plain directive. */
    record Directive(String name, List<String> words, List<Directive> children, String place) {
        /** The last directive of this name, or the default. */
        List<String> find(String wanted, List<String> otherwise) {
            List<String> found = otherwise;
            for (Directive child : children) {
                if (child.name.equals(wanted)) {
                    found = child.words;
                }
            }
            return found;
        }

        List<Directive> all(String wanted) {
            return children.stream().filter(child -> child.name.equals(wanted)).toList();
        }
    }

    /** The configuration cannot be used. */
    static final class Mistake extends IOException {
        private static final long serialVersionUID = 1L;
        private final String text;

        Mistake(String text) {
            super(text);
            this.text = text;
        }

        String text() {
            return text;
        }
    }

    static NginxConfig read(FileView files, String path) throws IOException {
        Directive root = new Directive("", List.of(), new Reader(files).file(path), path);
        List<Server> servers = new ArrayList<>();
        String errorLog =
                root.find("error_log", List.of("/var/log/nginx/error.log")).get(0);
        String accessLog = "/var/log/nginx/access.log";
        for (Directive http : root.all("http")) {
            accessLog = http.find("access_log", List.of(accessLog)).get(0);
            for (Directive server : http.all("server")) {
                servers.add(server(server));
            }
        }
        return new NginxConfig(errorLog, accessLog, servers);
    }

    List<Listen> listens() {
        return servers.stream()
                .flatMap(server -> server.listens().stream())
                .distinct()
                .toList();
    }

    /** The server of this address whose name is asked for; the first one otherwise. */
    Server server(Listen address, String host) {
        String name = host.contains(":") ? host.substring(0, host.indexOf(':')) : host;
        Server first = null;
        for (Server server : servers) {
            if (!server.listens().contains(address)) {
                continue;
            }
            if (server.names().contains(name)) {
                return server;
            }
            first = first == null ? server : first;
        }
        return first == null ? servers.get(0) : first;
    }

    private static Server server(Directive block) throws Mistake {
        List<Listen> listens = new ArrayList<>();
        for (Directive listen : block.all("listen")) {
            String address = listen.words().get(0);
            if (address.startsWith("[")) {
                continue;
            }
            int colon = address.lastIndexOf(':');
            String port = colon >= 0 ? address.substring(colon + 1) : address.contains(".") ? "80" : address;
            String ip = colon >= 0 ? address.substring(0, colon) : address.contains(".") ? address : "0.0.0.0";
            try {
                listens.add(
                        new Listen(ip.equals("*") || ip.equals("localhost") ? "0.0.0.0" : ip, Integer.parseInt(port)));
            } catch (NumberFormatException e) {
                throw new Mistake(
                        "invalid port in \"" + address + "\" of the \"listen\" directive in " + listen.place());
            }
        }
        if (listens.isEmpty()) {
            listens.add(new Listen("0.0.0.0", 80));
        }
        return new Server(listens, block.find("server_name", List.of("")), block);
    }

    /** Splits files into directives. */
    private static final class Reader {
        private final FileView files;
        private String text = "";
        private String path = "";
        private int position;
        private int line;

        Reader(FileView files) {
            this.files = files;
        }

        List<Directive> file(String name) throws IOException {
            try {
                text = files.readText(name);
            } catch (IOException e) {
                throw new Mistake("open() \"" + name + "\" failed (2: " + e.getMessage() + ")");
            }
            path = name;
            position = 0;
            line = 1;
            return block(false);
        }

        private List<Directive> block(boolean inner) throws IOException {
            List<Directive> found = new ArrayList<>();
            List<String> words = new ArrayList<>();
            while (true) {
                String token = token();
                String place = path + ":" + line;
                if (token.isEmpty()) {
                    if (inner || !words.isEmpty()) {
                        throw new Mistake("unexpected end of file, expecting \""
                                + (words.isEmpty() ? "}" : ";\" or \"}") + "\" in " + place);
                    }
                    return found;
                }
                switch (token) {
                    case ";" -> {
                        if (words.isEmpty()) {
                            throw new Mistake("unexpected \";\" in " + place);
                        }
                        if (words.get(0).equals("include")) {
                            found.addAll(include(words.get(words.size() - 1)));
                        } else {
                            found.add(new Directive(
                                    words.get(0), List.copyOf(words.subList(1, words.size())), List.of(), place));
                        }
                        words.clear();
                    }
                    case "{" -> {
                        if (words.isEmpty()) {
                            throw new Mistake("unexpected \"{\" in " + place);
                        }
                        found.add(new Directive(
                                words.get(0), List.copyOf(words.subList(1, words.size())), block(true), place));
                        words.clear();
                    }
                    case "}" -> {
                        if (!inner || !words.isEmpty()) {
                            throw new Mistake("unexpected \"}\" in " + place);
                        }
                        return found;
                    }
                    default ->
                        words.add(
                                token.startsWith("\"") || token.startsWith("'")
                                        ? token.substring(1, token.length() - 1)
                                        : token);
                }
            }
        }

        private List<Directive> include(String pattern) throws IOException {
            String full = pattern.startsWith("/") ? pattern : "/etc/nginx/" + pattern;
            List<Directive> found = new ArrayList<>();
            int slash = full.lastIndexOf('/');
            if (!pattern.contains("*")) {
                return new Reader(files).file(full);
            }
            String directory = full.substring(0, slash);
            if (!files.exists(directory)) {
                return found;
            }
            for (String name : files.list(directory).stream().sorted().toList()) {
                if (Glob.matches(full.substring(slash + 1), name) && !name.startsWith(".")) {
                    found.addAll(new Reader(files).file(directory + "/" + name));
                }
            }
            return found;
        }

        private String token() throws Mistake {
            while (position < text.length()) {
                char c = text.charAt(position);
                if (c == '\n') {
                    line++;
                }
                if (c == '#') {
                    int end = text.indexOf('\n', position);
                    position = end < 0 ? text.length() : end;
                } else if (Character.isWhitespace(c)) {
                    position++;
                } else {
                    break;
                }
            }
            if (position >= text.length()) {
                return "";
            }
            int begin = position;
            char first = text.charAt(position++);
            if (first == ';' || first == '{' || first == '}') {
                return String.valueOf(first);
            }
            if (first == '"' || first == '\'') {
                int end = text.indexOf(first, position);
                if (end < 0) {
                    throw new Mistake("unexpected end of file, expecting \";\" or \"}\" in " + path + ":" + line);
                }
                position = end + 1;
                return text.substring(begin, position);
            }
            while (position < text.length() && " \t\r\n;{}".indexOf(text.charAt(position)) < 0) {
                position++;
            }
            return text.substring(begin, position);
        }
    }
}
