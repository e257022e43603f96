package kubelab.controlplane.pki;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Signs and checks JSON web tokens (ES256). What is in them is the caller's business. */
public final class TokenSigner {
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
    private static final String ALGORITHM = "SHA256withECDSAinP1363Format";
    private final KeyPair keys = CertificateAuthority.newKeys();
    private final String keyId;

    public TokenSigner() {
        try {
            keyId = ENCODER.encodeToString(
                    MessageDigest.getInstance("SHA-256").digest(keys.getPublic().getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @param claims a JSON object */
    public String sign(String claims) {
        String body = encode("{\"alg\":\"ES256\",\"kid\":\"" + keyId + "\"}") + "." + encode(claims);
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initSign(keys.getPrivate());
            signature.update(body.getBytes(StandardCharsets.US_ASCII));
            return body + "." + ENCODER.encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot sign a token", e);
        }
    }

    /** @return the claims of a token that this signer signed; null for anything else */
    public @Nullable String verify(String token) {
        String[] parts = token.split("\\.", -1);
        if (parts.length != 3) {
            return null;
        }
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initVerify(keys.getPublic());
            signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
            if (!signature.verify(Base64.getUrlDecoder().decode(parts[2]))) {
                return null;
            }
            return new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
        } catch (GeneralSecurityException | IllegalArgumentException malformed) {
            return null;
        }
    }

    /** The public key as a JSON web key set, for {@code /openid/v1/jwks}. */
    public String keySet() {
        ECPublicKey key = (ECPublicKey) keys.getPublic();
        return "{\"keys\":[{\"use\":\"sig\",\"kty\":\"EC\",\"kid\":\"" + keyId
                + "\",\"crv\":\"P-256\",\"alg\":\"ES256\","
                + "\"x\":\"" + coordinate(key.getW().getAffineX()) + "\",\"y\":\""
                + coordinate(key.getW().getAffineY()) + "\"}]}";
    }

    private static String coordinate(java.math.BigInteger value) {
        return ENCODER.encodeToString(CertificateAuthority.fixed(value));
    }

    private static String encode(String text) {
        return ENCODER.encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
