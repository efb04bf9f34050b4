package io.fleetcommand.cli;

import java.util.Locale;
import picocli.CommandLine.ITypeConverter;

/** A device id as it was typed, in the small letters in which everything else has it. */
final class DeviceId implements ITypeConverter<String> {
    @Override
    public String convert(String typed) {
        return typed.toLowerCase(Locale.ROOT);
    }
}
