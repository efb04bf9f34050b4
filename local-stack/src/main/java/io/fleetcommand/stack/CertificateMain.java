package io.fleetcommand.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import okhttp3.tls.HeldCertificate;

/** Makes the certificate of one service of the local stack, and the authority that it is trusted by. */
public final class CertificateMain {
    private static final int LIFE_DAYS = 3_650;

    private CertificateMain() {}

    /**
     * Writes {@code NAME.pem}, {@code NAME.key} and {@code NAME-ca.pem}; the authority's own key is not kept.
     *
     * @param arguments the folder, and the service's name, by which the others reach it
     */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        String name = arguments[1];
        HeldCertificate authority = new HeldCertificate.Builder()
                .commonName("authority of " + name)
                .certificateAuthority(0)
                .duration(LIFE_DAYS, TimeUnit.DAYS)
                .build();
        HeldCertificate own = new HeldCertificate.Builder()
                .commonName(name)
                .addSubjectAlternativeName(name)
                .addSubjectAlternativeName("localhost")
                .addSubjectAlternativeName("127.0.0.1")
                .duration(LIFE_DAYS, TimeUnit.DAYS)
                .signedBy(authority)
                .build();
        Files.writeString(folder.resolve(name + "-ca.pem"), authority.certificatePem());
        Files.writeString(folder.resolve(name + ".key"), own.privateKeyPkcs8Pem());
        // Last: by it the next start knows that all are there.
        Files.writeString(folder.resolve(name + ".pem"), own.certificatePem());
    }
}
