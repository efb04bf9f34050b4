package io.fleetcommand.processor.streams.codec;

/** Converts optional fields: the core's 0 or empty text is null in the published records. */
final class OptionalFields {
    private OptionalFields() {}

    static Integer orNull(int number) {
        return number == 0 ? null : number;
    }

    static Long orNull(long number) {
        return number == 0 ? null : number;
    }

    static String orNull(String text) {
        return text.isEmpty() ? null : text;
    }

    static int orZero(Integer number) {
        return number == null ? 0 : number;
    }

    static long orZero(Long number) {
        return number == null ? 0 : number;
    }

    static String orEmpty(String text) {
        return text == null ? "" : text;
    }
}
