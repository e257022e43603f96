package kubelab.controlplane.apiserver.aggregator;

import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import kubelab.controlplane.pki.CertificateAuthority;

/** TLS for a test's server. */
final class ServerKeys {
    private ServerKeys() {}

    /** @param names for which its certificate is */
    static SSLContext context(CertificateAuthority authority, String name, List<String> names) throws Exception {
        CertificateAuthority.Identity own = authority.server(name, names);
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        keys.setKeyEntry(name, own.key(), new char[0], new Certificate[] {own.certificate()});
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), new TrustManager[] {new AnyClient()}, null);
        return context;
    }
}
