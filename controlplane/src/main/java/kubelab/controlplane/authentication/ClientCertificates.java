package kubelab.controlplane.authentication;

import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import kubelab.controlplane.apiserver.request.User;
import org.jspecify.annotations.Nullable;

/** The user of a TLS connection whose client certificate was verified by the handshake. */
public final class ClientCertificates {
    private ClientCertificates() {}

    /** Common name → user, organisations → groups. Null without a certificate. */
    public static @Nullable User user(@Nullable SSLSession session) {
        if (session == null) {
            return null;
        }
        try {
            Certificate[] chain = session.getPeerCertificates();
            return chain.length > 0 && chain[0] instanceof X509Certificate certificate ? user(certificate) : null;
        } catch (SSLPeerUnverifiedException none) {
            return null;
        }
    }

    static @Nullable User user(X509Certificate certificate) {
        String name = "";
        List<String> groups = new ArrayList<>();
        try {
            LdapName subject =
                    new LdapName(certificate.getSubjectX500Principal().getName());
            for (Rdn part : subject.getRdns()) {
                if (part.getType().equalsIgnoreCase("CN")) {
                    name = String.valueOf(part.getValue());
                } else if (part.getType().equalsIgnoreCase("O")) {
                    groups.add(String.valueOf(part.getValue()));
                }
            }
        } catch (InvalidNameException malformed) {
            return null;
        }
        return name.isEmpty() ? null : User.of(name, groups.toArray(new String[0]));
    }
}
