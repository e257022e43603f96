package kubelab.controlplane.kubeproxy;

import io.fabric8.kubernetes.api.model.Service;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import kubelab.containers.network.NodeNetwork;
import kubelab.containers.network.ServiceRules;
import kubelab.controlplane.Component;
import kubelab.controlplane.services.ServiceView;
import org.jspecify.annotations.Nullable;

/**
 * One node's kube-proxy. Stopped, it leaves its rules behind: connections still go where they went, and changes are
 * no longer seen. Watches call {@code sync} on threads of their own, one at a time by the rules' monitor; lookups
 * take no lock.
 *
 * <p>Source: pkg/proxy/iptables/proxier.go in Kubernetes 1.34. Simplified: kube-proxy uses a map, where upstream
 * writes iptables chains; each UDP datagram is a connection of its own.
 */
public final class KubeProxy implements Component {
    private final ServiceView view;
    private final NodeNetwork node;
    private final Rules rules;
    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicReference<@Nullable AutoCloseable> subscription = new AtomicReference<>();

    public KubeProxy(ServiceView view, NodeNetwork node) {
        this.view = view;
        this.node = node;
        this.rules = new Rules(node);
    }

    @Override
    public String name() {
        return "kube-proxy-" + node.name();
    }

    @Override
    public void start() {
        if (started.compareAndSet(false, true)) {
            // Filled first: when it is started again, the rules of its predecessor hold until these are complete.
            subscription.set(view.listen(this::sync));
            node.rules(rules);
        }
    }

    @Override
    public void stop() {
        AutoCloseable open = subscription.getAndSet(null);
        if (open == null) {
            return;
        }
        try {
            open.close();
        } catch (Exception e) {
            throw new IllegalStateException("unsubscribing " + name() + " failed", e);
        }
    }

    private void sync(String key) {
        int slash = key.indexOf('/');
        // Two watches call: what is read in here is at least as new as what the other has already written.
        synchronized (rules) {
            Service service = view.service(key.substring(0, slash), key.substring(slash + 1));
            rules.replace(
                    key,
                    service == null
                            ? List.of()
                            : Rule.of(key, service, view.slices(key), node.name(), view.zone(node.name())));
        }
    }

    private static final class Rules implements ServiceRules {
        private final Map<String, List<Rule>> byService = new ConcurrentHashMap<>();
        private final Map<String, Rule> byAddress = new ConcurrentHashMap<>();
        private final Map<String, Rule> byNodePort = new ConcurrentHashMap<>();
        private final Map<String, Sticky> affinity = new ConcurrentHashMap<>();
        private final Random random;
        private final String node;
        private final String nodeIp;

        private record Sticky(Rule.Backend backend, Instant until) {}

        Rules(NodeNetwork node) {
            this.node = node.name();
            this.nodeIp = node.ip();
            random = new Random(this.node.hashCode());
        }

        private static String address(Rule rule, String ip) {
            return rule.protocol() + " " + ip + ":" + rule.number();
        }

        private static String nodePort(Rule rule) {
            return rule.protocol() + " " + rule.nodePort();
        }

        void replace(String key, List<Rule> now) {
            List<Rule> before = now.isEmpty() ? byService.remove(key) : byService.put(key, now);
            // New ones first: there is no moment without a rule for an address that stays.
            now.forEach(this::add);
            for (Rule rule : before == null ? List.<Rule>of() : before) {
                rule.addresses().forEach(ip -> byAddress.remove(address(rule, ip), rule));
                byNodePort.remove(nodePort(rule), rule);
            }
            // A port that moved within the Service was just taken away with the old rule.
            now.forEach(this::add);
        }

        private void add(Rule rule) {
            rule.addresses().forEach(ip -> byAddress.put(address(rule, ip), rule));
            if (rule.nodePort() != 0) {
                byNodePort.put(nodePort(rule), rule);
            }
        }

        @Override
        public @Nullable Target lookup(String protocol, String sourceIp, String ip, int port, Instant now) {
            Rule rule = byAddress.get(protocol + " " + ip + ":" + port);
            if (rule != null && rule.addresses().indexOf(ip) == 0) {
                return choose(rule, sourceIp, rule.internalLocal() ? node : null, false, now);
            }
            if (rule == null && ip.equals(nodeIp)) {
                rule = byNodePort.get(protocol + " " + port);
            }
            // Whoever is on the node already is inside: the policy for traffic from outside is not for them.
            return rule == null ? null : choose(rule, sourceIp, null, !rule.local(), now);
        }

        @Override
        public @Nullable Target arriving(String protocol, String sourceIp, int port, Instant now) {
            Rule rule = byNodePort.get(protocol + " " + port);
            return rule == null ? null : choose(rule, sourceIp, rule.local() ? node : null, !rule.local(), now);
        }

        // tag::choose[]
        private Target choose(Rule rule, String sourceIp, @Nullable String only, boolean masquerade, Instant now) {
            List<Rule.Backend> candidates = rule.usable(only);
            if (candidates.isEmpty()) {
                return rule.usable(null).isEmpty() ? Target.REJECT : Target.DROP;
            }
            Rule.Backend chosen = null;
            String client = rule.service() + ":" + rule.port() + ":" + sourceIp;
            if (rule.affinitySeconds() > 0) {
                Sticky sticky = affinity.get(client);
                chosen = sticky != null && now.isBefore(sticky.until) && candidates.contains(sticky.backend)
                        ? sticky.backend
                        : null;
            }
            if (chosen == null) {
                synchronized (random) {
                    chosen = candidates.get(random.nextInt(candidates.size()));
                }
            }
            if (rule.affinitySeconds() > 0) {
                affinity.put(client, new Sticky(chosen, now.plusSeconds(rule.affinitySeconds())));
            }
            return new Target(
                    chosen.ip(), chosen.port(), masquerade || chosen.ip().equals(sourceIp));
        }
        // end::choose[]

        @Override
        public List<String> list() {
            List<String> lines = new ArrayList<>();
            byService
                    .values()
                    .forEach(all -> all.forEach(rule -> {
                        String name = rule.service() + (rule.port().isEmpty() ? "" : ":" + rule.port());
                        String to = rule.usable(null).isEmpty()
                                ? "REJECT"
                                : String.join(
                                        ", ",
                                        rule.usable(null).stream()
                                                .map(b -> b.ip() + ":" + b.port())
                                                .toList());
                        String stay = rule.affinitySeconds() > 0 ? " (ClientIP " + rule.affinitySeconds() + " s)" : "";
                        rule.addresses()
                                .forEach(ip -> lines.add(
                                        name + " " + ip + ":" + rule.number() + shown(rule) + " -> " + to + stay));
                        if (rule.nodePort() != 0) {
                            lines.add(name + " nodePort " + rule.nodePort() + shown(rule) + " -> " + to + stay);
                        }
                    }));
            lines.sort(null);
            return lines;
        }

        private static String shown(Rule rule) {
            return rule.protocol().equals("TCP") ? "" : "/" + rule.protocol();
        }
    }
}
