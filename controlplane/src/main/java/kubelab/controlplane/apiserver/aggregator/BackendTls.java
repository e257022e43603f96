package kubelab.controlplane.apiserver.aggregator;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import kubelab.controlplane.pki.CertificateAuthority.Identity;

/** How a server is met: with the front proxy's certificate, and with what is asked of the server's own. */
final class BackendTls {
    private final SSLContext context;
    private final String serverName;
    private final boolean insecure;

    private BackendTls(SSLContext context, String serverName, boolean insecure) {
        this.context = context;
        this.serverName = serverName;
        this.insecure = insecure;
    }

    /**
     * @param own the certificate by which servers know this proxy
     * @throws IOException when the bundle of authorities cannot be read, in upstream's words
     */
    static BackendTls verifying(Identity own, byte[] caBundle, String serverName) throws IOException {
        return new BackendTls(context(own, new ServerTrust(trust(caBundle), serverName)), serverName, false);
    }

    /** For which any certificate will do. */
    static BackendTls insecure(Identity own, String serverName) {
        return new BackendTls(context(own, new ServerTrust(null, serverName)), serverName, true);
    }

    /** @param plain closed with the result, and when there is none */
    SSLSocket over(Socket plain) throws IOException {
        try {
            SSLSocket secure =
                    (SSLSocket) context.getSocketFactory().createSocket(plain, serverName, plain.getPort(), true);
            SSLParameters parameters = secure.getSSLParameters();
            if (!serverName.isEmpty()) {
                parameters.setServerNames(List.of(new SNIHostName(serverName)));
            }
            if (!insecure) {
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
            }
            secure.setSSLParameters(parameters);
            secure.startHandshake();
            return secure;
        } catch (IOException | RuntimeException failed) {
            plain.close();
            throw failed;
        }
    }

    private static SSLContext context(Identity own, TrustManager trust) {
        try {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(null, null);
            char[] none = new char[0];
            keys.setKeyEntry("front-proxy", own.key(), none, new Certificate[] {own.certificate()});
            KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(keys, none);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), new TrustManager[] {trust}, null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("this JDK has no TLS", e);
        }
    }

    /** An empty bundle leaves it to the machine whom it trusts. */
    private static X509ExtendedTrustManager trust(byte[] caBundle) throws IOException {
        try {
            KeyStore authorities = null;
            if (caBundle.length > 0) {
                authorities = KeyStore.getInstance("PKCS12");
                authorities.load(null, null);
                int count = 0;
                for (Certificate one : CertificateFactory.getInstance("X.509")
                        .generateCertificates(new ByteArrayInputStream(caBundle))) {
                    authorities.setCertificateEntry("ca-" + count++, one);
                }
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(authorities);
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509ExtendedTrustManager found) {
                    return found;
                }
            }
            throw new IllegalStateException("this JDK trusts no certificates");
        } catch (GeneralSecurityException unreadable) {
            throw new IOException("unable to load root certificates: unable to parse bytes as PEM block", unreadable);
        }
    }
}
