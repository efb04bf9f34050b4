package io.fleetcommand.processor.streams.codec;

import io.fleetcommand.text.VisibleText;

/** The field detail of published records: for human readers, quoting text of callers, devices and the cloud. */
final class DetailText {
    private static final int MAX_LENGTH = 500;

    private DetailText() {}

    /** The text, escaped and truncated. */
    static String of(String detail) {
        return VisibleText.of(detail, MAX_LENGTH);
    }
}
