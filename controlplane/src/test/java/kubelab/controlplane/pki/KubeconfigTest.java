package kubelab.controlplane.pki;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.util.List;
import java.util.stream.IntStream;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.junit.jupiter.api.Test;

/** The key of a kubeconfig, read by the parser that the official Java client reads it with. */
class KubeconfigTest {
    private final CertificateAuthority authority = new CertificateAuthority("ca");

    @Test
    void key_pair_is_read_by_bouncy_castle() throws Exception {
        // Numbers of a key may be shorter than 32 bytes: now and then one is.
        for (int i : IntStream.range(0, 300).toArray()) {
            CertificateAuthority.Identity user = authority.client("user-" + i, List.of());
            Object read = new PEMParser(new StringReader(user.ecKeyPem())).readObject();
            assertThat(read).isInstanceOf(PEMKeyPair.class);
            PEMKeyPair pair = (PEMKeyPair) read;
            PrivateKey key = new JcaPEMKeyConverter().getPrivateKey(pair.getPrivateKeyInfo());
            assertThat(((ECPrivateKey) key).getS()).as("private key").isEqualTo(((ECPrivateKey) user.key()).getS());
            ECPublicKey known = (ECPublicKey) user.certificate().getPublicKey();
            assertThat(pair.getPublicKeyInfo().getEncoded()).as("public key").isEqualTo(known.getEncoded());
        }
    }

    @Test
    void the_key_that_was_read_signs_for_the_certificate() throws Exception {
        CertificateAuthority.Identity user = authority.client("user", List.of());
        PEMKeyPair pair = (PEMKeyPair) new PEMParser(new StringReader(user.ecKeyPem())).readObject();
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(new JcaPEMKeyConverter().getPrivateKey(pair.getPrivateKeyInfo()));
        signature.update(new byte[] {1, 2, 3});
        byte[] signed = signature.sign();
        signature.initVerify(user.certificate());
        signature.update(new byte[] {1, 2, 3});
        assertThat(signature.verify(signed)).isTrue();
    }
}
