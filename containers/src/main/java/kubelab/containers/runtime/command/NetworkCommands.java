package kubelab.containers.runtime.command;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.BindException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import kubelab.containers.network.Connection;
import kubelab.containers.network.NameServer;
import kubelab.containers.network.NetNamespace;
import kubelab.containers.network.Resolver;
import kubelab.containers.runtime.kernel.Loader;
import kubelab.containers.runtime.kernel.StreamFile;
import kubelab.containers.runtime.kernel.Task;

/**
 * nslookup, nc, ping, hostname, ip and netstat; and how commands resolve names.
 *
 * <p>Simplified: {@code ip} accepts the changes that a privileged container makes, and they have no effect.
 */
final class NetworkCommands {
    private static final Duration LONG = Duration.ofSeconds(127);
    private static final Set<String> CHANGES =
            Set.of("add", "append", "change", "del", "delete", "flush", "replace", "set");

    private NetworkCommands() {}

    /** By the container's own /etc/hosts and /etc/resolv.conf. @throws UnknownHostException "bad address" */
    static String resolve(Task task, String host) throws IOException {
        if (host.matches("[0-9.]+") || host.contains(":")) {
            return host;
        }
        for (String line : task.files().readText("/etc/hosts").split("\n")) {
            String[] words = line.trim().split("\\s+");
            for (int i = 1; i < words.length && !words[0].startsWith("#"); i++) {
                if (words[i].equalsIgnoreCase(host) && !words[0].contains(":")) {
                    return words[0];
                }
            }
        }
        Resolver resolver = Resolver.parse(task.files().readText("/etc/resolv.conf"));
        try {
            for (String address : resolver.lookup(host, task.namespaces().network()::query)) {
                return address;
            }
        } catch (java.io.InterruptedIOException e) {
            Thread.interrupted();
            task.check();
            throw e;
        }
        throw new UnknownHostException(host);
    }

    static Connection connect(Task task, String ip, int port, Duration timeout) throws IOException {
        try {
            Connection connection = task.namespaces().network().connect(ip, port, timeout);
            task.own(connection);
            return connection;
        } catch (java.io.InterruptedIOException e) {
            Thread.interrupted();
            task.check();
            throw e;
        }
    }

    static int hostname(Task task) throws IOException {
        Options options = Options.parse(task, "isfd", "F");
        if (options == null) {
            return 1;
        }
        String hostname = task.namespaces().hostname();
        if (options.has('i')) {
            task.out().println(task.namespaces().network().ip());
        } else if (!options.rest().isEmpty()) {
            return Usage.error(task, "sethostname: Operation not permitted");
        } else if (options.has('f')) {
            task.out().println(fullName(task, hostname));
        } else if (options.has('d')) {
            String full = fullName(task, hostname);
            if (full.contains(".")) {
                task.out().println(full.substring(full.indexOf('.') + 1));
            }
        } else {
            task.out().println(options.has('s') ? hostname.split("\\.")[0] : hostname);
        }
        return 0;
    }

    /** The first name on the line of /etc/hosts that names this host: the one a resolver calls canonical. */
    private static String fullName(Task task, String hostname) throws IOException {
        for (String line : task.files().readText("/etc/hosts").split("\n")) {
            List<String> words = List.of(line.trim().split("\\s+"));
            if (words.size() > 1 && words.subList(1, words.size()).contains(hostname)) {
                return words.get(1);
            }
        }
        return hostname;
    }

    static int nslookup(Task task) throws IOException {
        List<String> words =
                new ArrayList<>(task.arguments().subList(1, task.arguments().size()));
        List<String> types = new ArrayList<>();
        words.removeIf(word -> {
            if (word.startsWith("-type=") || word.startsWith("-querytype=") || word.startsWith("-q=")) {
                types.add(word.substring(word.indexOf('=') + 1).toUpperCase(java.util.Locale.ROOT));
                return true;
            }
            return word.startsWith("-");
        });
        if (words.isEmpty()) {
            return Usage.fail(task, "nslookup", "[-type=QUERY_TYPE] [-debug] HOST [DNS_SERVER]");
        }
        Resolver resolver = Resolver.parse(task.files().readText("/etc/resolv.conf"));
        String server = words.size() > 1
                ? resolve(task, words.get(1))
                : resolver.nameservers().isEmpty()
                        ? "127.0.0.1"
                        : resolver.nameservers().get(0);
        String name = words.get(0);
        StringBuilder out = new StringBuilder("Server:\t\t" + server + "\nAddress:\t" + server + ":53\n\n");
        boolean reverse = name.matches("[0-9.]+");
        List<String> asked = !types.isEmpty() ? types : reverse ? List.of("PTR") : List.of("A", "AAAA");
        String full = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        if (reverse) {
            String[] parts = name.split("\\.");
            full = parts[3] + "." + parts[2] + "." + parts[1] + "." + parts[0] + ".in-addr.arpa";
        }
        // A name without a dot is looked for in all domains of the search list, and each answer counts.
        List<String> domains = reverse || name.indexOf('.') >= 0 ? List.of() : resolver.searches();
        try {
            int status = ask(task, server, full, domains, asked, out);
            task.out().print(out.toString());
            return status;
        } catch (java.net.SocketTimeoutException e) {
            task.out().print(";; connection timed out; no servers could be reached\n\n");
            return 1;
        } catch (java.io.InterruptedIOException e) {
            Thread.interrupted();
            task.check();
            throw e;
        }
    }

    private static int ask(
            Task task, String server, String full, List<String> domains, List<String> types, StringBuilder out)
            throws IOException {
        int status = 0;
        for (String type : types) {
            if (!domains.isEmpty() && !type.equals("PTR")) {
                for (String domain : domains) {
                    status |= ask(task, server, full + "." + domain, type, out);
                }
            } else {
                status |= ask(task, server, full, type, out);
            }
        }
        return status;
    }

    private static int ask(Task task, String server, String full, String type, StringBuilder out) throws IOException {
        NameServer.Answer answer = task.namespaces().network().query(server, full, type);
        if (!answer.code().equals("NOERROR")) {
            out.append("** server can't find ")
                    .append(full)
                    .append(": ")
                    .append(answer.code())
                    .append("\n\n");
            return 1;
        }
        for (NameServer.Record record : answer.records()) {
            switch (record.type()) {
                case "A", "AAAA" ->
                    out.append("Name:\t")
                            .append(record.name())
                            .append("\nAddress: ")
                            .append(record.data())
                            .append("\n");
                case "CNAME" ->
                    out.append(record.name())
                            .append("\tcanonical name = ")
                            .append(record.data())
                            .append("\n");
                case "SRV" ->
                    out.append(record.name())
                            .append("\tservice = ")
                            .append(record.data())
                            .append("\n");
                default ->
                    out.append(record.name())
                            .append("\tname = ")
                            .append(record.data())
                            .append("\n");
            }
        }
        out.append("\n");
        return 0;
    }

    static int nc(Task task) throws IOException, InterruptedException {
        Options options = Options.parse(task, "lzvnuk", "pwies", false);
        if (options == null) {
            return 1;
        }
        List<String> rest = new ArrayList<>(options.rest());
        if (options.has('l')) {
            return listen(task, options, rest);
        }
        if (rest.size() < 2) {
            return Usage.fail(
                    task, "nc", "[OPTIONS] HOST PORT  - connect\nnc [OPTIONS] -l -p PORT [HOST] [PORT]  - listen");
        }
        String host = rest.get(0);
        String ip;
        try {
            ip = resolve(task, host);
        } catch (IOException e) {
            return Usage.error(task, "bad address '" + host + "'");
        }
        int port = Integer.parseInt(rest.get(1));
        Duration timeout = options.has('w') ? Duration.ofSeconds(Integer.parseInt(options.value('w', "0"))) : LONG;
        if (options.has('u')) {
            return datagrams(task, ip, port, timeout);
        }
        Connection connection;
        try {
            connection = connect(task, ip, port, timeout);
        } catch (IOException e) {
            // One -v does not tell of refusals.
            if (!options.has('v') || e instanceof java.net.ConnectException) {
                return 1;
            }
            return Usage.error(task, host + " (" + ip + ":" + port + "): " + e.getMessage());
        }
        if (options.has('v')) {
            task.err().print(host + " (" + ip + ":" + port + ") open\n");
        }
        if (options.has('z')) {
            connection.close();
            return 0;
        }
        if (options.has('w')) {
            connection.readTimeout(timeout);
        }
        return converse(task, connection);
    }

    /** Each block of input is a datagram. */
    private static int datagrams(Task task, String ip, int port, Duration timeout) throws IOException {
        byte[] block = new byte[4096];
        for (int n; (n = task.in().read(block)) >= 0; ) {
            try {
                byte[] reply =
                        task.namespaces().network().exchange(ip, port, java.util.Arrays.copyOf(block, n), timeout);
                task.out().write(reply, 0, reply.length);
                task.out().flush();
            } catch (java.net.SocketTimeoutException noAnswer) {
                return 0;
            } catch (java.net.ConnectException refused) {
                return 1;
            }
        }
        return 0;
    }

    /** Both directions at once: this thread reads the network, another one standard input. */
    private static int converse(Task task, Connection connection) throws IOException {
        Task sender = task.fork(task.arguments());
        sender.start(child -> {
            pipe(child.in(), connection.output());
            connection.shutdownOutput();
            return 0;
        });
        try {
            byte[] block = new byte[4096];
            InputStream in = connection.input();
            for (int n; (n = in.read(block)) >= 0; ) {
                task.out().write(block, 0, n);
                task.out().flush();
            }
            // The other end has said all; what was typed before that still goes out.
            for (int i = 0; i < 20 && !sender.dead(); i++) {
                task.sleepQuietly(Duration.ofMillis(10));
            }
            return 0;
        } catch (java.net.SocketTimeoutException e) {
            return Usage.error(task, "timed out");
        } catch (java.io.InterruptedIOException e) {
            Thread.interrupted();
            task.check();
            return 1;
        } finally {
            connection.close();
            sender.killByKernel();
        }
    }

    private static void pipe(InputStream in, OutputStream out) throws IOException {
        byte[] block = new byte[4096];
        for (int n; (n = in.read(block)) >= 0; ) {
            out.write(block, 0, n);
            out.flush();
        }
    }

    private static int listen(Task task, Options options, List<String> rest) throws IOException, InterruptedException {
        // What follows -e is a command with its own options.
        int port = Integer.parseInt(options.value('p', rest.isEmpty() ? "0" : rest.remove(rest.size() - 1)));
        boolean again = options.has('k');
        List<String> program = new ArrayList<>(options.values('e'));
        if (!program.isEmpty()) {
            program.addAll(rest);
        }
        java.util.concurrent.LinkedBlockingQueue<Connection> accepted =
                new java.util.concurrent.LinkedBlockingQueue<>();
        NetNamespace.Listener listener;
        try {
            listener = task.namespaces().network().listen(port, accepted::add);
        } catch (BindException e) {
            return Usage.error(task, "bind: " + e.getMessage());
        }
        task.own(listener);
        do {
            Connection connection = take(task, accepted);
            if (!again) {
                listener.close();
            }
            if (program.isEmpty()) {
                int status = converse(task, connection);
                if (!again) {
                    return status;
                }
            } else {
                serve(task, connection, program, again);
            }
        } while (again);
        return 0;
    }

    private static Connection take(Task task, java.util.concurrent.BlockingQueue<Connection> accepted) {
        while (true) {
            task.check();
            try {
                return accepted.take();
            } catch (InterruptedException e) {
                task.check();
            }
        }
    }

    private static void serve(Task task, Connection connection, List<String> program, boolean background)
            throws IOException {
        Loader.Executable found = Commands.find(task, program);
        if (found == null) {
            connection.close();
            Usage.error(task, "can't execute '" + program.get(0) + "': No such file or directory");
            return;
        }
        Task child = task.fork(found.words());
        child.descriptors()
                .set(0, StreamFile.input(connection.input(), task.namespaces().threads()));
        child.descriptors().set(1, StreamFile.output(connection.output()));
        child.own(connection);
        if (background) {
            child.start(found.program());
        } else {
            task.runInline(child, found.program());
        }
    }

    static int ping(Task task) throws IOException {
        Options options = Options.parse(task, "q46", "cwWisI");
        if (options == null || options.rest().isEmpty()) {
            return options == null ? 1 : Usage.fail(task, "ping", "[OPTIONS] HOST");
        }
        String host = options.rest().get(0);
        String ip;
        try {
            ip = resolve(task, host);
        } catch (IOException e) {
            return Usage.error(task, "bad address '" + host + "'");
        }
        int count = Integer.parseInt(options.value('c', "2147483647"));
        boolean answers = reachable(task, ip);
        task.out().println("PING " + host + " (" + ip + "): 56 data bytes");
        for (int i = 0; i < count; i++) {
            if (answers) {
                task.out().println("64 bytes from " + ip + ": seq=" + i + " ttl=64 time=0.060 ms");
                task.out().flush();
            }
            if (i + 1 < count || !answers) {
                task.sleepQuietly(Duration.ofSeconds(!answers && i + 1 == count ? 10 : 1));
            }
        }
        task.out().println("\n--- " + host + " ping statistics ---");
        task.out()
                .println(count + " packets transmitted, " + (answers ? count : 0) + " packets received, "
                        + (answers ? 0 : 100) + "% packet loss");
        if (answers) {
            task.out().println("round-trip min/avg/max = 0.060/0.060/0.060 ms");
        }
        return answers ? 0 : 1;
    }

    /** An address that refuses or takes a connection has a machine behind it. */
    private static boolean reachable(Task task, String ip) {
        try {
            task.namespaces()
                    .network()
                    .connect(ip, 65535, Duration.ofMillis(500))
                    .close();
            return true;
        } catch (java.net.ConnectException refused) {
            return true;
        } catch (IOException nobody) {
            return false;
        }
    }

    static int ip(Task task) throws IOException {
        if (task.arguments().stream().anyMatch(CHANGES::contains)) {
            boolean allowed = task.namespaces().netAdmin() && task.credentials().uid() == 0;
            boolean flags = task.arguments().contains("up") || task.arguments().contains("down");
            if (!allowed) {
                task.err()
                        .print((flags ? "ip: SIOCSIFFLAGS" : "ip: RTNETLINK answers") + ": Operation not permitted\n");
            }
            return allowed ? 0 : 2;
        }
        String what = task.arguments().subList(1, task.arguments().size()).stream()
                .filter(word -> !word.startsWith("-"))
                .findFirst()
                .orElse("addr");
        String ip = task.namespaces().network().ip();
        if (what.startsWith("r")) {
            String gateway = ip.substring(0, ip.lastIndexOf('.')) + ".1";
            task.out().println("default via " + gateway + " dev eth0 ");
            task.out().println(ip.substring(0, ip.lastIndexOf('.')) + ".0/24 dev eth0 scope link  src " + ip + " ");
            return 0;
        }
        task.out()
                .print("1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue qlen 1000\n"
                        + "    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n"
                        + "    inet 127.0.0.1/8 scope host lo\n       valid_lft forever preferred_lft forever\n"
                        + "2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP,M-DOWN> mtu 1500 qdisc noqueue \n"
                        + "    link/ether " + mac(ip) + " brd ff:ff:ff:ff:ff:ff\n"
                        + "    inet " + ip + "/24 brd " + ip.substring(0, ip.lastIndexOf('.'))
                        + ".255 scope global eth0\n"
                        + "       valid_lft forever preferred_lft forever\n");
        return 0;
    }

    static int ifconfig(Task task) throws IOException {
        String ip = task.namespaces().network().ip();
        task.out()
                .print("eth0      Link encap:Ethernet  HWaddr " + mac(ip).toUpperCase(java.util.Locale.ROOT) + "  \n"
                        + "          inet addr:" + ip + "  Bcast:" + ip.substring(0, ip.lastIndexOf('.'))
                        + ".255  Mask:255.255.255.0\n"
                        + "          UP BROADCAST RUNNING MULTICAST  MTU:1500  Metric:1\n\n"
                        + "lo        Link encap:Local Loopback  \n          inet addr:127.0.0.1  Mask:255.0.0.0\n"
                        + "          UP LOOPBACK RUNNING  MTU:65536  Metric:1\n\n");
        return 0;
    }

    private static String mac(String ip) {
        StringBuilder text = new StringBuilder("0a:58");
        for (String part : ip.split("\\.")) {
            text.append(String.format(":%02x", Integer.parseInt(part)));
        }
        return text.toString();
    }

    static int netstat(Task task) throws IOException {
        task.out().println("Active Internet connections (only servers)");
        task.out().println("Proto Recv-Q Send-Q Local Address           Foreign Address         State       ");
        for (int port : task.namespaces().network().listening()) {
            task.out()
                    .println(String.format(
                            "tcp        0      0 %-23s %-23s LISTEN      ", "0.0.0.0:" + port, "0.0.0.0:*"));
        }
        return 0;
    }
}
