package kubelab.controlplane.apiserver.validation;

import java.util.List;

/** NetworkPolicies. Source: k8s.io/kubernetes/pkg/apis/networking/validation (1.34). */
final class NetworkPolicyRules {
    private NetworkPolicyRules() {}

    static void check(Field policy) {
        Field spec = policy.get("spec");
        SelectorRules.check(spec.get("podSelector"));
        for (Field rule : spec.get("ingress").items()) {
            rule.get("ports").items().forEach(NetworkPolicyRules::port);
            rule.get("from").items().forEach(NetworkPolicyRules::peer);
        }
        for (Field rule : spec.get("egress").items()) {
            rule.get("ports").items().forEach(NetworkPolicyRules::port);
            rule.get("to").items().forEach(NetworkPolicyRules::peer);
        }
        Field types = spec.get("policyTypes");
        if (types.items().size() > 2) {
            types.invalid("may not specify more than two policyTypes");
            return;
        }
        types.items().forEach(type -> type.oneOf("Ingress", "Egress"));
    }

    private static void port(Field rule) {
        rule.get("protocol").optionallyOneOf("TCP", "UDP", "SCTP");
        Field port = rule.get("port");
        Field end = rule.get("endPort");
        if (!port.isSet()) {
            if (end.isSet()) {
                end.invalid("may not be specified when `port` is not specified");
            }
        } else if (port.node().isString()) {
            if (end.isSet()) {
                end.invalid("may not be specified when `port` is non-numeric");
            }
            port.name(Names::port);
        } else {
            port.inRange(1, 65535);
            if (end.isSet()) {
                if (end.number() < port.number()) {
                    end.invalidNumber(port.number(), "must be greater than or equal to `port`");
                }
                end.inRange(1, 65535);
            }
        }
    }

    private static void peer(Field peer) {
        SelectorRules.check(peer.get("podSelector"));
        SelectorRules.check(peer.get("namespaceSelector"));
        boolean selects = peer.has("podSelector") || peer.has("namespaceSelector");
        if (peer.has("ipBlock")) {
            block(peer.get("ipBlock"));
        }
        if (!selects && !peer.has("ipBlock")) {
            peer.required("must specify a peer");
        } else if (selects && peer.has("ipBlock")) {
            peer.forbidden("may not specify both ipBlock and another peer");
        }
    }

    private static void block(Field block) {
        Field range = block.get("cidr");
        if (range.isEmpty()) {
            range.required();
            return;
        }
        if (!Addresses.range(range.path(), range.text(), range.errors())) {
            return;
        }
        for (Field except : block.get("except").items()) {
            if (Addresses.range(except.path(), except.text(), except.errors())
                    && !Addresses.isStrictlyWithin(except.text(), range.text())) {
                except.invalid("must be a strict subset of `cidr`");
            }
        }
    }

    /** The ranges that Services get their addresses from. */
    static void serviceRange(Field object) {
        Field ranges = object.at("spec", "cidrs");
        List<Field> items = ranges.items();
        if (items.isEmpty()) {
            ranges.required("at least one CIDR required");
        } else if (items.size() > 2) {
            ranges.errors().invalidObject(ranges.path(), "{…}", "may only hold up to 2 values");
        } else {
            boolean right = true;
            for (Field range : items) {
                right &= Addresses.range(range.path(), range.text(), range.errors());
            }
            boolean oneFamily = items.size() == 2
                    && items.get(0).text().contains(":") == items.get(1).text().contains(":");
            if (right && oneFamily) {
                ranges.invalid(
                        "may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64");
            }
        }
    }

    static void address(Field object) {
        Field parent = object.at("spec", "parentRef");
        if (!parent.isSet()) {
            parent.required();
            return;
        }
        parent.get("group").optionalName(Names::subdomain);
        parent.get("resource").requiredName(MetadataRules::pathSegment);
        parent.get("name").requiredName(MetadataRules::pathSegment);
        parent.get("namespace").optionalName(MetadataRules::pathSegment);
    }
}
