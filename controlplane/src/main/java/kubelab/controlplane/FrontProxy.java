package kubelab.controlplane;

import java.util.List;
import java.util.function.Supplier;
import kubelab.controlplane.pki.CertificateAuthority;
import kubelab.controlplane.pki.CertificateAuthority.Identity;
import org.jspecify.annotations.Nullable;

/**
 * The authority of the API server as a proxy, and its certificate: by it, servers of aggregated APIs know that the user's
 * name in a request's head is true. Made when it is first asked for. Its monitor is held while keys are made.
 */
final class FrontProxy implements Supplier<Identity> {
    /** The name that servers have to look for. */
    static final String NAME = "system:auth-proxy";

    private @Nullable CertificateAuthority authority;
    private @Nullable Identity identity;

    @Override
    public synchronized Identity get() {
        Identity known = identity;
        if (known == null) {
            known = authority().client(NAME, List.of());
            identity = known;
        }
        return known;
    }

    synchronized CertificateAuthority authority() {
        CertificateAuthority known = authority;
        if (known == null) {
            known = new CertificateAuthority("kubelab-request-header-ca");
            authority = known;
        }
        return known;
    }
}
