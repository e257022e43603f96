package kubelab.containers.runtime.image;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import kubelab.containers.network.Connection;
import kubelab.containers.runtime.filesystem.OpenFile;
import kubelab.containers.runtime.kernel.Program;
import kubelab.containers.runtime.kernel.Task;

/** redis-cli: one command from its arguments, or one a line from standard input. Options: -h HOST, -p PORT. */
final class RedisCli implements Program {
    @Override
    public int run(Task task) throws IOException {
        String host = "127.0.0.1";
        String port = "6379";
        List<String> words = task.arguments();
        int i = 1;
        for (; i + 1 < words.size() && words.get(i).matches("-[hp]"); i += 2) {
            host = words.get(i).equals("-h") ? words.get(i + 1) : host;
            port = words.get(i).equals("-p") ? words.get(i + 1) : port;
        }
        OpenFile output = task.descriptors().get(1);
        boolean raw = output == null || !output.isTerminal();
        Connection connection;
        try {
            connection = task.namespaces().network().connect(host, Integer.parseInt(port), Duration.ofSeconds(5));
        } catch (IOException | NumberFormatException e) {
            String why = e instanceof java.net.UnknownHostException
                    ? "Name or service not known"
                    : String.valueOf(e.getMessage());
            task.err().print("Could not connect to Redis at " + host + ":" + port + ": " + why + "\n");
            return 1;
        }
        task.own(connection);
        if (i < words.size()) {
            return ask(task, connection, words.subList(i, words.size()), raw);
        }
        BufferedReader lines = new BufferedReader(new InputStreamReader(task.in(), StandardCharsets.UTF_8));
        String prompt = raw ? "" : host + ":" + port + "> ";
        while (true) {
            task.out().print(prompt);
            task.out().flush();
            String line = lines.readLine();
            if (line == null || line.trim().matches("(?i)exit|quit")) {
                return 0;
            }
            if (!line.isBlank()) {
                ask(task, connection, List.of(line.trim().split("\\s+")), raw);
            }
        }
    }

    private static int ask(Task task, Connection connection, List<String> words, boolean raw) throws IOException {
        connection.output().write(Resp.encode(words).getBytes(StandardCharsets.UTF_8));
        connection.output().flush();
        task.out().print(Resp.reply(connection.input(), raw));
        task.out().flush();
        return 0;
    }
}
