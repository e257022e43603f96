package kubelab.controlplane.kubeproxy;

import io.fabric8.kubernetes.api.model.Service;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import kubelab.controlplane.Component;
import kubelab.controlplane.network.ClusterNetwork;
import kubelab.controlplane.network.NodeNetwork;
import kubelab.controlplane.network.ServiceRules;
import org.jspecify.annotations.Nullable;

/**
 * One node's kube-proxy. Stopped, it leaves its rules behind: connections still go where they went, and changes are no
 * longer seen.
 *
 * <p>Source: pkg/proxy/iptables/proxier.go in Kubernetes 1.34. Simplified: a lookup in a map where upstream writes
 * iptables chains; TCP only.
 */
public final class KubeProxy implements Component {
    private final ServiceView view;
    private final ClusterNetwork network;
    private final NodeNetwork node;
    private final Rules rules;
    private @Nullable AutoCloseable subscription;

    public KubeProxy(ServiceView view, ClusterNetwork network, NodeNetwork node) {
        this.view = view;
        this.network = network;
        this.node = node;
        this.rules = new Rules(node.name().hashCode());
    }

    @Override
    public String name() {
        return "kube-proxy-" + node.name();
    }

    @Override
    public synchronized void start() {
        if (subscription == null) {
            node.rules(rules);
            subscription = view.listen(this::sync);
        }
    }

    @Override
    public synchronized void stop() {
        if (subscription == null) {
            return;
        }
        try {
            subscription.close();
        } catch (Exception e) {
            throw new IllegalStateException("unsubscribing " + name() + " failed", e);
        }
        subscription = null;
    }

    private void sync(String key) {
        int slash = key.indexOf('/');
        Service service = view.service(key.substring(0, slash), key.substring(slash + 1));
        rules.replace(key, service == null ? List.of() : Rule.of(key, service, view.slices(key)));
    }

    private final class Rules implements ServiceRules {
        private final Map<String, List<Rule>> byService = new ConcurrentHashMap<>();
        private final Map<String, Rule> byAddress = new ConcurrentHashMap<>();
        private final Map<Integer, Rule> byNodePort = new ConcurrentHashMap<>();
        private final Map<String, Sticky> affinity = new ConcurrentHashMap<>();
        private final Random random;

        private record Sticky(Rule.Backend backend, Instant until) {}

        Rules(long seed) {
            random = new Random(seed);
        }

        synchronized void replace(String key, List<Rule> now) {
            List<Rule> before = now.isEmpty() ? byService.remove(key) : byService.put(key, now);
            for (Rule rule : now) {
                rule.addresses().forEach(ip -> byAddress.put(ip + ":" + rule.number(), rule));
                if (rule.nodePort() != 0) {
                    byNodePort.put(rule.nodePort(), rule);
                }
            }
            for (Rule rule : before == null ? List.<Rule>of() : before) {
                rule.addresses().forEach(ip -> byAddress.remove(ip + ":" + rule.number(), rule));
                byNodePort.remove(rule.nodePort(), rule);
            }
            for (Rule rule : now) {
                // A port that moved within the Service was just taken away with the old rule.
                rule.addresses().forEach(ip -> byAddress.put(ip + ":" + rule.number(), rule));
            }
        }

        @Override
        public @Nullable Target lookup(String sourceIp, String ip, int port, Instant now) {
            Rule rule = byAddress.get(ip + ":" + port);
            if (rule != null) {
                boolean internal = rule.addresses().indexOf(ip) == 0;
                return choose(rule, sourceIp, internal ? rule.internalLocal() : rule.local(), !internal, now);
            }
            rule = byNodePort.get(port);
            return rule != null && network.isNode(ip) ? choose(rule, sourceIp, rule.local(), !rule.local(), now) : null;
        }

        private Target choose(Rule rule, String sourceIp, boolean local, boolean masquerade, Instant now) {
            List<Rule.Backend> candidates = local
                    ? rule.backends().stream()
                            .filter(backend -> backend.node().equals(node.name()))
                            .toList()
                    : rule.backends();
            if (candidates.isEmpty()) {
                return Target.REJECT;
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

        @Override
        public List<String> list() {
            List<String> lines = new ArrayList<>();
            byService
                    .values()
                    .forEach(all -> all.forEach(rule -> {
                        String name = rule.service() + (rule.port().isEmpty() ? "" : ":" + rule.port());
                        String to = rule.backends().isEmpty()
                                ? "REJECT"
                                : String.join(
                                        ", ",
                                        rule.backends().stream()
                                                .map(b -> b.ip() + ":" + b.port())
                                                .toList());
                        String stay = rule.affinitySeconds() > 0 ? " (ClientIP " + rule.affinitySeconds() + " s)" : "";
                        rule.addresses()
                                .forEach(ip -> lines.add(name + " " + ip + ":" + rule.number() + " -> " + to + stay));
                        if (rule.nodePort() != 0) {
                            lines.add(name + " nodePort " + rule.nodePort() + " -> " + to + stay);
                        }
                    }));
            lines.sort(null);
            return lines;
        }
    }
}
