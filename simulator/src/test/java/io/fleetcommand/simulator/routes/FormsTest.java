package io.fleetcommand.simulator.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FormsTest {
    @Test
    void fieldsAreParsedInOrderWithAllValues() {
        assertThat(UrlEncoded.parse("arg=on&b=1&b=2&empty=&bare"))
                .hasToString("{arg=[on], b=[1, 2], empty=[], bare=[]}");
    }

    @Test
    void invalidEscapesAreKept() {
        assertThat(UrlEncoded.parse("a=%C3%A4+b%2B&b=100%&c=%zz"))
                .isEqualTo(Map.of("a", List.of("ä b+"), "b", List.of("100%"), "c", List.of("%zz")));
    }

    @Test
    void partsAreParsedByNameAndTheirFilesAsText() {
        String body = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n"
                + "Content-Type: text/plain\r\n\r\nä\nb\r\n--x\r\n"
                + "content-disposition: form-data; name=claim_user\r\n\r\nann\r\n--x--\r\n";

        assertThat(Multipart.parse("multipart/form-data; boundary=\"x\"", body.getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(Map.of("file", List.of("ä\nb"), "claim_user", List.of("ann")));
    }

    @Test
    void aTruncatedBodyHasItsCompleteParts() {
        String body = "--x\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--x\r\nContent-Disposition: form-";

        assertThat(Multipart.parse("multipart/form-data; boundary=x", body.getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(Map.of("a", List.of("1")));
        assertThat(Multipart.parse("multipart/form-data", body.getBytes(StandardCharsets.UTF_8)))
                .isEmpty();
    }
}
