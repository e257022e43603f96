package kubelab.controlplane.apiserver.aggregator;

import java.util.function.Supplier;
import kubelab.controlplane.pki.CertificateAuthority.Identity;

/**
 * What the aggregation layer needs of the cluster around it.
 *
 * @param own the certificate by which servers know that a request comes from this proxy; asked for when the first is passed
 *     on
 */
public record Frontend(Dialer dialer, Supplier<Identity> own) {}
