package io.fleetcommand.operations.doctor;

import java.io.IOException;
import java.util.List;

/** Whether the cloud's certificate is trusted, as it must be before any secret is sent. */
record CloudTlsCheck(CloudVisit visit) implements Check {
    static final String NAME = "TLS";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<String> needs() {
        return List.of(CloudAddressCheck.NAME);
    }

    @Override
    public Finding run() throws InterruptedException {
        String url = visit.cloud().url();
        if (!url.startsWith("https:")) {
            return Finding.ok("plain http, within this machine: there is no certificate");
        }
        try {
            visit.answer();
            return Finding.ok("the certificate of " + url + " is trusted");
        } catch (IOException failed) {
            return CloudAddressCheck.isUntrusted(failed)
                    ? Finding.failed(
                            "no authority that is trusted vouches for the certificate of " + url,
                            "if a proxy of yours looks into the traffic, give its authority by --ca-file here, and to the"
                                    + " services' JVMs by -Djavax.net.ssl.trustStore; else you may not be talking to the cloud")
                    : Finding.failed(
                            "no TLS with " + url + ": " + Checkup.why(failed),
                            "see that the host is the cloud's own, and that nothing on the way breaks TLS 1.2 or later");
        }
    }
}
