package kubelab.controlplane.apiserver.aggregator;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Whether a server's certificate is good, and if not, why: in the words of Go's crypto/x509. */
final class ServerTrust extends X509ExtendedTrustManager {
    private static final String FAILED = "tls: failed to verify certificate: x509: ";
    private static final int DNS = 2;

    private final @Nullable X509ExtendedTrustManager authorities;
    private final String serverName;

    /** @param authorities null takes any certificate */
    ServerTrust(@Nullable X509ExtendedTrustManager authorities, String serverName) {
        this.authorities = authorities;
        this.serverName = serverName;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        if (authorities == null) {
            return;
        }
        try {
            authorities.checkServerTrusted(chain, authType);
        } catch (CertificateException unknown) {
            throw new CertificateException(
                    FAILED
                            + (isOutOfTime(chain[0])
                                    ? "certificate has expired or is not yet valid"
                                    : "certificate signed by unknown authority" + namesake(chain[chain.length - 1])),
                    unknown);
        }
        try {
            authorities.checkServerTrusted(chain, authType, socket);
        } catch (CertificateException otherName) {
            throw new CertificateException(FAILED + mismatch(chain[0]), otherName);
        }
    }

    private String mismatch(X509Certificate certificate) {
        List<String> names = names(certificate);
        return names.isEmpty()
                ? "certificate is not valid for any names, but wanted to match " + serverName
                : "certificate is valid for " + String.join(", ", names) + ", not " + serverName;
    }

    private static List<String> names(X509Certificate certificate) {
        List<String> names = new ArrayList<>();
        try {
            Collection<List<?>> all = certificate.getSubjectAlternativeNames();
            if (all != null) {
                for (List<?> name : all) {
                    if (name.get(0).equals(DNS)) {
                        names.add(String.valueOf(name.get(1)));
                    }
                }
            }
        } catch (CertificateParsingException unreadable) {
            names.clear();
        }
        return names;
    }

    /** An authority of the right name that did not sign it: most often one of an earlier run. */
    private String namesake(X509Certificate last) {
        for (X509Certificate authority : getAcceptedIssuers()) {
            if (authority.getSubjectX500Principal().equals(last.getIssuerX500Principal())) {
                String why = authority.getPublicKey().getAlgorithm().equals("RSA")
                        ? "crypto/rsa: verification error"
                        : "x509: ECDSA verification failure";
                String name = authority.getSubjectX500Principal().getName().replaceAll(".*CN=([^,]*).*", "$1");
                return " (possibly because of \"" + why + "\" while trying to verify candidate authority certificate \""
                        + name + "\")";
            }
        }
        return "";
    }

    private static boolean isOutOfTime(X509Certificate certificate) {
        try {
            certificate.checkValidity();
            return false;
        } catch (CertificateException expired) {
            return true;
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {
        throw new IllegalStateException("asked for a connection's certificate only");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
        throw new IllegalStateException("asked for a connection's certificate only");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {
        throw new IllegalStateException("no server");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
        throw new IllegalStateException("no server");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {
        throw new IllegalStateException("no server");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return authorities == null ? new X509Certificate[0] : authorities.getAcceptedIssuers();
    }
}
