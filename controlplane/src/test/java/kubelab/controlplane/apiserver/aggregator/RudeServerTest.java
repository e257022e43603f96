package kubelab.controlplane.apiserver.aggregator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import kubelab.containers.network.ClusterNetwork;
import kubelab.containers.network.Connection;
import kubelab.containers.network.NetNamespace;
import kubelab.containers.network.Peer;
import kubelab.containers.network.Resolver;
import kubelab.controlplane.EmbeddedCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of the answers of a server that is broken, slow, endless or hostile. Measured on Kubernetes 1.34.4. */
class RudeServerTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String AGGREGATED =
            "Accept: application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
    private static final String APIS = "/apis/apiregistration.k8s.io/v1/apiservices";
    private static final String THINGS = "/apis/rude.test/v1/things/";
    private static final String BROKEN =
            "503 error trying to reach service: net/http: HTTP/1.x transport connection broken: ";

    private static EmbeddedCluster cluster;
    private static RudeServer server;
    private static SSLContext tls;
    private static URI url;

    @BeforeAll
    static void start() throws Exception {
        cluster = EmbeddedCluster.builder().nodes(1).start();
        server = new RudeServer();
        Config config = new ConfigBuilder(Config.fromKubeconfig(cluster.kubeconfig())).build();
        tls = SSLUtils.sslContext(config);
        url = URI.create(config.getMasterUrl());
        service("rude", ClusterNetwork.OUTSIDE, server.port());
        api("rude.test", "rude");
        until(THINGS + "one", "200");
    }

    @AfterAll
    static void stop() throws Exception {
        cluster.close();
        server.close();
    }

    private static void service(String name, String address, int port) throws Exception {
        ask(
                "POST",
                "/api/v1/namespaces/default/services",
                "{\"metadata\":{\"name\":\"" + name + "\"},\"spec\":{\"ports\":[{\"port\":443}]}}");
        ask(
                "POST",
                "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices",
                "{\"addressType\":\"IPv4\",\"metadata\":{\"name\":\"" + name
                        + "\",\"labels\":{\"kubernetes.io/service-name\":\""
                        + name + "\"}},\"endpoints\":[{\"addresses\":[\"" + address
                        + "\"]}],\"ports\":[{\"name\":\"\",\"port\":"
                        + port + "}]}");
    }

    private static void api(String group, String service) throws Exception {
        assertThat(ask(
                        "POST",
                        APIS,
                        "{\"metadata\":{\"name\":\"v1." + group + "\"},\"spec\":{\"group\":\"" + group
                                + "\",\"version\":\"v1\",\"groupPriorityMinimum\":900,\"versionPriority\":15,"
                                + "\"insecureSkipTLSVerify\":true,\"service\":{\"namespace\":\"default\",\"name\":\""
                                + service
                                + "\"}}}"))
                .startsWith("201");
    }

    private static void until(String path, String text, String... headers) {
        await(text + " at " + path).atMost(LIMIT).until(() -> ask("GET", path, "", headers)
                .contains(text));
    }

    /** Code and body. */
    private static String ask(String method, String path, String body, String... headers) throws Exception {
        try (Socket socket = begin(method, path, body, headers)) {
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            return answer.substring(9, 13)
                    + answer.substring(answer.indexOf("\r\n\r\n") + 4).strip();
        }
    }

    private static Socket begin(String method, String path, String body, String... headers) throws Exception {
        Socket socket = tls.getSocketFactory().createSocket(url.getHost(), url.getPort());
        socket.setSoTimeout((int) LIMIT.toMillis());
        String given = Stream.of(headers).map(header -> header + "\r\n").collect(Collectors.joining());
        // HTTP/1.0 ends the connection, too, and leaves the header Connection to the test
        String head = method + " " + path
                + (given.contains("Connection:") ? " HTTP/1.0\r\n" : " HTTP/1.1\r\nConnection: close\r\n")
                + "Host: localhost\r\nContent-Type: application/json\r\n" + given
                + "Content-Length: " + body.length() + "\r\n\r\n";
        socket.getOutputStream().write((head + body).getBytes(StandardCharsets.ISO_8859_1));
        return socket;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("heads")
    void head_is_passed_on_or_refused(String name, String raw, String expected) throws Exception {
        server.says(THINGS + name, raw);
        assertThat(ask("GET", THINGS + name, "")).isEqualTo(expected);
    }

    static Stream<Arguments> heads() {
        String ok = "Content-Length: 2\r\n\r\nok";
        return Stream.of(
                Arguments.of("blank-in-name", "HTTP/1.1 200 OK\r\nBad Header: x\r\n" + ok, "200 ok"),
                Arguments.of("folded", "HTTP/1.1 200 OK\r\nX-A: b\r\n c\r\n" + ok, "200 ok"),
                Arguments.of("early", "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\n" + ok, "200 ok"),
                Arguments.of("no-body", "HTTP/1.1 204 No Content\r\nContent-Encoding: gzip\r\n\r\n", "204 "),
                Arguments.of(
                        "control",
                        "HTTP/1.1 200 OK\r\nX-A: a\u0001b\r\n" + ok,
                        BROKEN + "malformed MIME header line: \"X-A: a\\x01b\""),
                Arguments.of(
                        "control-in-name",
                        "HTTP/1.1 200 OK\r\nX\u0001A: b\r\n" + ok,
                        BROKEN + "malformed MIME header line: \"X\\x01A: b\""),
                Arguments.of(
                        "no-name", "HTTP/1.1 200 OK\r\n: b\r\n" + ok, BROKEN + "malformed MIME header line: \": b\""),
                Arguments.of(
                        "no-colon",
                        "HTTP/1.1 200 OK\r\nabc\r\n" + ok,
                        BROKEN + "malformed MIME header: missing colon: \"abc\""),
                Arguments.of("no-http", "garbage\r\n\r\n", BROKEN + "malformed HTTP response \"garbage\""),
                Arguments.of("http2", "HTTP/2 200 OK\r\n\r\n", BROKEN + "malformed HTTP version \"HTTP/2\""),
                Arguments.of("word", "HTTP/1.1 abc OK\r\n" + ok, BROKEN + "malformed HTTP status code \"abc\""),
                Arguments.of("less", "HTTP/1.1 -12 OK\r\n" + ok, BROKEN + "malformed HTTP status code \"-12\""),
                Arguments.of("more", "HTTP/1.1 1000 OK\r\n" + ok, BROKEN + "malformed HTTP status code \"1000\""),
                Arguments.of(
                        "length",
                        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nok",
                        BROKEN + "bad Content-Length \"-1\""),
                Arguments.of(
                        "lengths",
                        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n" + ok,
                        BROKEN + "http: message cannot contain multiple Content-Length headers; got [\"3\" \"2\"]"),
                Arguments.of(
                        "switch",
                        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\nok",
                        "503 backend tried to switch protocol \"x\" when \"\" was requested"),
                Arguments.of(
                        "redirect",
                        "HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n",
                        "502 the backend attempted to redirect this request, which is not permitted"));
    }

    @Test
    void head_without_end_is_refused() throws Exception {
        server.says(THINGS + "head", out -> {
            byte[] block = new byte[1 << 20];
            Arrays.fill(block, (byte) 'a');
            out.write("HTTP/1.1 200 OK\r\nX-A: ".getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < 100; i++) {
                out.write(block);
            }
        });
        assertThat(ask("GET", THINGS + "head", ""))
                .isEqualTo(BROKEN + "net/http: server response headers exceeded 10485760 bytes; aborted");
    }

    @Test
    void body_without_end_is_passed_on_until_the_client_goes() throws Exception {
        CountDownLatch gone = new CountDownLatch(1);
        server.says(THINGS + "endless", out -> {
            try {
                out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                while (true) {
                    out.write(new byte[1 << 16]);
                }
            } finally {
                gone.countDown();
            }
        });
        try (Socket socket = begin("GET", THINGS + "endless", "")) {
            assertThat(socket.getInputStream().readNBytes(4 << 20)).hasSize(4 << 20);
        }
        assertThat(gone.await(LIMIT.toSeconds(), TimeUnit.SECONDS))
                .as("the server is told that its client has gone")
                .isTrue();
    }

    @Test
    void body_that_breaks_off_does_not_look_complete() throws Exception {
        server.says(THINGS + "cut", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n");
        String answer;
        try (Socket socket = begin("GET", THINGS + "cut", "")) {
            answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (IOException reset) {
            answer = "";
        }
        assertThat(answer).doesNotContain("\r\n0\r\n");
    }

    @Test
    void client_cannot_say_who_it_is_by_naming_headers_of_the_connection() throws Exception {
        String seen = ask(
                "GET",
                THINGS + "who",
                "",
                "Connection: X-Remote-User, X-Mine",
                "X-Remote-User: eve",
                "x-remote-group: eve",
                "X-Mine: 1",
                "X-Kept: 1");
        assertThat(seen)
                .startsWith("200 ")
                .contains("X-Remote-User: system:admin", "X-Remote-Group: system:masters", "X-Kept: 1")
                .doesNotContain("eve", "X-Mine");
        assertThat(ask("POST", THINGS + "spdy", "", "Connection: Upgrade", "Upgrade: SPDY/3.1"))
                .isEqualTo("503 invalid upgrade response: status code 200");
    }

    /** A client decodes the discovery document as a whole, kubectl too. */
    @Test
    void one_servers_garbage_leaves_the_other_groups_readable() throws Exception {
        String aggregated = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
        String thing = "{\"name\":\"things\",\"kind\":\"Thing\",\"verbs\":";
        String[] lists = {
            RudeServer.list("[1,2]"),
            RudeServer.list("[" + thing + "[1,{}]}]"),
            RudeServer.list("{}"),
            "[]",
            "<html>",
            ""
        };
        for (int i = 0; i < lists.length; i++) {
            server.says("/apis/list" + i + ".test/v1", RudeServer.ok("application/json", lists[i]));
            api("list" + i + ".test", "rude");
            String stale = "{\"metadata\":{\"name\":\"list" + i
                    + ".test\"},\"versions\":[{\"version\":\"v1\",\"freshness\":\"Stale\"}]}";
            until("/apis", stale, AGGREGATED);
        }
        server.says(
                "/apis",
                RudeServer.ok(
                        aggregated,
                        "{\"items\":[{\"metadata\":{\"name\":\"doc.test\"},\"versions\":[{\"version\":\"v1\",\"resources\":[{"
                                + "\"resource\":5,\"scope\":{},\"verbs\":\"x\"}]}]}]}"));
        api("doc.test", "rude");
        until(
                "/apis",
                "{\"metadata\":{\"name\":\"doc.test\"},\"versions\":[{\"version\":\"v1\",\"freshness\":\"Stale\"}]}",
                AGGREGATED);
        server.says("/apis", "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
        for (int i = 0; i < lists.length; i++) {
            ask("DELETE", APIS + "/v1.list" + i + ".test", "");
        }
        ask("DELETE", APIS + "/v1.doc.test", "");
    }

    @Test
    void server_that_drips_is_not_waited_for() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        CountDownLatch cut = new CountDownLatch(1);
        server.says("/apis/drip.test/v1", out -> {
            out.write("HTTP/1.1 200 OK\r\nX-A: ".getBytes(StandardCharsets.US_ASCII));
            try {
                while (!end.await(500, TimeUnit.MILLISECONDS)) {
                    out.write('a');
                    out.flush();
                }
            } finally {
                cut.countDown();
            }
        });
        api("drip.test", "rude");
        assertThat(cut.await(LIMIT.toSeconds(), TimeUnit.SECONDS))
                .as("the question ends before its answer")
                .isTrue();
        until(APIS + "/v1.drip.test", "FailedDiscoveryCheck");
        end.countDown();
        ask("DELETE", APIS + "/v1.drip.test", "");
    }

    /** Its wall time is none of the cluster's: five minutes would take two. */
    @Test
    void fast_forward_does_not_wait_for_a_server_that_hangs() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        server.says("/apis/hang.test/v1", out -> end.await());
        api("hang.test", "rude");
        await("it is asked").atMost(LIMIT).until(() -> server.open() > 0);
        CompletableFuture<Void> passed = CompletableFuture.runAsync(() -> {
            try {
                cluster.advance(Duration.ofMinutes(5));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(passed).succeedsWithin(Duration.ofSeconds(40));
        ask("DELETE", APIS + "/v1.hang.test", "");
        end.countDown();
    }

    @Test
    void server_that_has_not_begun_to_answer_hears_that_its_client_has_gone() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch gone = new CountDownLatch(1);
        server.listens(THINGS + "quiet", in -> {
            asked.countDown();
            try {
                in.read();
            } finally {
                gone.countDown();
            }
        });
        try (Socket socket = begin("GET", THINGS + "quiet?watch=true", "")) {
            assertThat(asked.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }
        assertThat(gone.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    /** An address of the Pods' network, whose connections are in memory. */
    @Test
    void server_in_the_clusters_own_network_is_reached() throws Exception {
        NetNamespace pod = cluster.network().node("server").pod(new Peer.PodKey("default", "api", "1"), Resolver.NONE);
        pod.listen("", 8443, connection -> relay(connection, server.port()));
        service("inside", pod.ip(), 8443);
        api("inside.test", "inside");
        until("/apis/inside.test/v1/things/one", "X-Remote-User: system:admin");
        server.says("/apis/inside.test/v1/things/many", out -> {
            out.write("HTTP/1.1 200 OK\r\nContent-Length: 3000000\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            out.write(new byte[3_000_000]);
        });
        assertThat(ask("GET", "/apis/inside.test/v1/things/many?watch=true", ""))
                .hasSizeGreaterThan(3_000_000);
        pod.close();
        until("/apis/inside.test/v1/things/one", "503 ");
        ask("DELETE", APIS + "/v1.inside.test", "");
    }

    private static void relay(Connection connection, int port) {
        Thread.currentThread().setName("relay");
        try (Socket to = new Socket("127.0.0.1", port)) {
            Thread up = new Thread(() -> copy(connection.input(), to), "relay-up");
            up.setDaemon(true);
            up.start();
            to.getInputStream().transferTo(connection.output());
        } catch (IOException gone) {
            // either side has closed
        } finally {
            connection.close();
        }
    }

    private static void copy(InputStream from, Socket to) {
        try {
            OutputStream out = to.getOutputStream();
            byte[] block = new byte[4096];
            for (int n; (n = from.read(block)) >= 0; ) {
                out.write(block, 0, n);
                out.flush();
            }
        } catch (IOException gone) {
            // either side has closed
        }
    }
}
