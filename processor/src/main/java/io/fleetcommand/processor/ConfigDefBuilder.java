package io.fleetcommand.processor;

import static org.apache.kafka.common.config.ConfigDef.NO_DEFAULT_VALUE;

import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.NonEmptyString;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.ValidString;

/** Builds a {@link ConfigDef} of settings by their types, in the order in which operators read them. */
final class ConfigDefBuilder {
    private final ConfigDef def = new ConfigDef();

    /** A text without default, which must not be empty. */
    ConfigDefBuilder required(String name, String description) {
        def.define(name, Type.STRING, NO_DEFAULT_VALUE, new NonEmptyString(), Importance.HIGH, description);
        return this;
    }

    ConfigDefBuilder text(String name, String defaultValue, Importance importance, String description) {
        def.define(name, Type.STRING, defaultValue, importance, description);
        return this;
    }

    /** A text that must be one of the given values. */
    ConfigDefBuilder choice(
            String name, String defaultValue, List<String> values, Importance importance, String description) {
        ValidString valid = ValidString.in(values.toArray(String[]::new));
        def.define(name, Type.STRING, defaultValue, valid, importance, description);
        return this;
    }

    ConfigDefBuilder flag(String name, boolean defaultValue, Importance importance, String description) {
        def.define(name, Type.BOOLEAN, defaultValue, importance, description);
        return this;
    }

    ConfigDefBuilder number(String name, int defaultValue, Range range, Importance importance, String description) {
        def.define(name, Type.INT, defaultValue, range, importance, description);
        return this;
    }

    /** A positive number that may exceed the range of int. */
    ConfigDefBuilder longNumber(String name, long defaultValue, Importance importance, String description) {
        def.define(name, Type.LONG, defaultValue, Range.atLeast(1), importance, description);
        return this;
    }

    ConfigDefBuilder fraction(
            String name, double defaultValue, Range range, Importance importance, String description) {
        def.define(name, Type.DOUBLE, defaultValue, range, importance, description);
        return this;
    }

    ConfigDef build() {
        return def;
    }
}
