package kubelab.controlplane.streaming;

import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EndpointPort;
import io.fabric8.kubernetes.api.model.EndpointSubset;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import kubelab.containers.network.Connection;
import kubelab.controlplane.apiserver.request.ApiException;
import kubelab.controlplane.apiserver.request.ApiRequest;
import kubelab.controlplane.apiserver.request.ApiResponse;
import kubelab.controlplane.apiserver.verb.RequestContext;
import kubelab.controlplane.kubelet.Kubelet;

/**
 * The proxy subresources: an HTTP request to the API server goes on to a Pod, or to one of a Service's endpoints.
 *
 * <p>Source: k8s.io/kubernetes/pkg/registry/core/{pod,service}/rest (proxy) and k8s.io/apimachinery/pkg/util/proxy,
 * release 1.34. Simplified: the proxy passes on whole responses only, upgrades no connection, does not rewrite links
 * in pages, and does not use https towards Pods.
 */
final class HttpProxy {
    private static final Set<String> SCHEMES = Set.of("", "http", "https");
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Set<String> NOT_FORWARDED = Set.of(
            "authorization",
            "connection",
            "content-length",
            "host",
            "keep-alive",
            "proxy-authorization",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "accept-encoding");

    private final Streaming streaming;

    HttpProxy(Streaming streaming) {
        this.streaming = streaming;
    }

    /** {@code name}, {@code name:port} or {@code scheme:name:port}. */
    private record Target(String scheme, String name, String port) {
        static Target parse(String kind, String text) {
            String[] parts = text.split(":", -1);
            Target target =
                    switch (parts.length) {
                        case 1 -> new Target("", parts[0], "");
                        case 2 -> new Target("", parts[0], parts[1]);
                        case 3 -> new Target(parts[0], parts[1], parts[2]);
                        default -> new Target("?", "", "");
                    };
            if (!SCHEMES.contains(target.scheme) || target.name.isEmpty()) {
                throw ApiException.badRequest("invalid " + kind + " request \"" + text + "\"");
            }
            return target;
        }
    }

    ApiResponse pod(RequestContext call) {
        Target target = Target.parse("pod", call.name());
        Pod pod = streaming
                .client()
                .pods()
                .inNamespace(call.namespace())
                .withName(target.name)
                .get();
        if (pod == null) {
            throw ApiException.notFound(call.resource(), target.name);
        }
        String ip = pod.getStatus() == null ? null : pod.getStatus().getPodIP();
        if (ip == null || ip.isEmpty()) {
            throw ApiException.badRequest("address not allowed");
        }
        int port = target.port.isEmpty() ? firstPort(pod) : number(target.port);
        return forward(call, target.scheme, ip, port);
    }

    /** To one of the Pods in the Service's Endpoints, at random. Addresses that are no Pods' are left out. */
    @SuppressWarnings("deprecation")
    ApiResponse service(RequestContext call) {
        Target target = Target.parse("service", call.name());
        String portName = portName(call, target);
        Endpoints endpoints = streaming
                .client()
                .endpoints()
                .inNamespace(call.namespace())
                .withName(target.name)
                .get();
        if (endpoints == null) {
            throw ApiException.notFound(call.resource(), target.name);
        }
        List<String[]> backends = new ArrayList<>();
        for (EndpointSubset subset : Streaming.orEmpty(endpoints.getSubsets())) {
            for (EndpointPort port : Streaming.orEmpty(subset.getPorts())) {
                if (Objects.requireNonNullElse(port.getName(), "").equals(portName)) {
                    Streaming.orEmpty(subset.getAddresses()).stream()
                            .filter(address -> address.getTargetRef() != null
                                    && "Pod".equals(address.getTargetRef().getKind()))
                            .forEach(address ->
                                    backends.add(new String[] {address.getIp(), Integer.toString(port.getPort())}));
                }
            }
        }
        if (backends.isEmpty()) {
            throw unavailable("no endpoints available for service \"" + target.name + "\"");
        }
        String[] chosen = backends.get(ThreadLocalRandom.current().nextInt(backends.size()));
        return forward(call, target.scheme, chosen[0], Integer.parseInt(chosen[1]));
    }

    /** A port's number stands for the name of the Service's port; a name stands for itself. */
    private String portName(RequestContext call, Target target) {
        if (!target.port.matches("\\d+")) {
            return target.port;
        }
        Service service = streaming
                .client()
                .services()
                .inNamespace(call.namespace())
                .withName(target.name)
                .get();
        if (service == null) {
            throw ApiException.notFound(call.resource(), target.name);
        }
        int wanted = Integer.parseInt(target.port);
        for (ServicePort port : Streaming.orEmpty(service.getSpec().getPorts())) {
            if (port.getPort() == wanted) {
                return Objects.requireNonNullElse(port.getName(), "");
            }
        }
        throw unavailable("no service port " + wanted + " found for service \"" + target.name + "\"");
    }

    private ApiResponse forward(RequestContext call, String scheme, String ip, int port) {
        // The first node is the API server's: network policies take it for the sender.
        Kubelet from = streaming.kubelets().all().stream()
                .min(Comparator.comparing(kubelet -> kubelet.config().name()))
                .orElseThrow(() -> unavailable(
                        "error trying to reach service: dial tcp " + ip + ":" + port + ": connect: no route to host"));
        try (Connection connection = from.network().connect(ip, port, TIMEOUT)) {
            if (scheme.equals("https")) {
                throw unavailable(
                        "error trying to reach service: tls: first record does not look like a TLS handshake");
            }
            send(call, connection, ip + ":" + port);
            return receive(connection.input());
        } catch (java.net.SocketTimeoutException e) {
            throw unavailable("error trying to reach service: dial tcp " + ip + ":" + port + ": i/o timeout");
        } catch (java.net.ConnectException e) {
            throw unavailable(
                    "error trying to reach service: dial tcp " + ip + ":" + port + ": connect: connection refused");
        } catch (IOException e) {
            throw unavailable("error trying to reach service: " + e.getMessage());
        }
    }

    private static void send(RequestContext call, Connection connection, String authority) throws IOException {
        ApiRequest request = call.request();
        String path = call.info().rest().isEmpty() ? "/" : call.info().rest();
        String query = request.query().entrySet().stream()
                .flatMap(e -> e.getValue().stream().map(v -> encode(e.getKey()) + "=" + encode(v)))
                .collect(Collectors.joining("&"));
        String url = path.replace(" ", "%20") + (query.isEmpty() ? "" : "?" + query);
        StringBuilder head = new StringBuilder(request.method() + " " + url + " HTTP/1.1\r\n");
        head.append("Host: ").append(authority).append("\r\n");
        request.headers().forEach((name, values) -> {
            if (!NOT_FORWARDED.contains(name) && !name.startsWith("sec-websocket") && !name.startsWith("impersonate")) {
                values.forEach(v -> head.append(name).append(": ").append(v).append("\r\n"));
            }
        });
        if (request.body().length > 0) {
            head.append("Content-Length: ").append(request.body().length).append("\r\n");
        }
        head.append("Connection: close\r\n\r\n");
        connection.output().write(head.toString().getBytes(StandardCharsets.UTF_8));
        connection.output().write(request.body());
        connection.output().flush();
    }

    private static ApiResponse receive(InputStream raw) throws IOException {
        String[] status = line(raw).split(" ", 3);
        if (status.length < 2) {
            throw new IOException("EOF");
        }
        int code = Integer.parseInt(status[1]);
        Map<String, List<String>> headers = new java.util.LinkedHashMap<>();
        int length = -1;
        boolean chunked = false;
        for (String line = line(raw); !line.isEmpty(); line = line(raw)) {
            int colon = line.indexOf(':');
            if (colon < 0) {
                continue;
            }
            String name = line.substring(0, colon).trim();
            String value = line.substring(colon + 1).trim();
            switch (name.toLowerCase(java.util.Locale.ROOT)) {
                case "content-length" -> length = Integer.parseInt(value);
                case "transfer-encoding" -> chunked = value.equalsIgnoreCase("chunked");
                case "connection", "keep-alive" -> {}
                default -> headers.computeIfAbsent(name, n -> new ArrayList<>()).add(value);
            }
        }
        boolean empty = code == 204 || code == 304;
        byte[] body = empty
                ? new byte[0]
                : length >= 0 ? raw.readNBytes(length) : chunked ? dechunk(raw) : raw.readAllBytes();
        return new ApiResponse.Full(code, headers, body);
    }

    private static byte[] dechunk(InputStream raw) throws IOException {
        InputStream all = InputStream.nullInputStream();
        while (true) {
            int size = Integer.parseInt(line(raw).split(";", 2)[0].trim(), 16);
            if (size == 0) {
                return all.readAllBytes();
            }
            all = new SequenceInputStream(all, new java.io.ByteArrayInputStream(raw.readNBytes(size)));
            line(raw);
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    private static int firstPort(Pod pod) {
        return pod.getSpec().getContainers().stream()
                .flatMap(c -> Streaming.orEmpty(c.getPorts()).stream())
                .map(ContainerPort::getContainerPort)
                .findFirst()
                .orElse(80);
    }

    private static int number(String port) {
        try {
            return Integer.parseInt(port);
        } catch (NumberFormatException e) {
            throw ApiException.badRequest("invalid port \"" + port + "\"");
        }
    }

    private static ApiException unavailable(String message) {
        return new ApiException(503, "ServiceUnavailable", message);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
