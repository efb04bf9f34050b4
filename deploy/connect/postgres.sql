-- The table that postgres.json fills, and the latest value of every variable. Run it once, before the connector.

-- One row per successful poll. The key is in the order of the usual question, "this variable of this device since
-- then", and names a snapshot for good: a snapshot that Connect delivers again after a restart meets its own row.
-- observed_at is UTC: the sink hands it over without a zone, and a column with one would take it for local time.
-- double_value holds every number; value_type DOUBLE without one is NaN or an infinity, which JSON cannot write.
-- string_altered: NULs in string_value, which PostgreSQL refuses, were replaced by U+FFFD.
CREATE TABLE IF NOT EXISTS variable_snapshots (
    device_id     text        NOT NULL,
    product       text        NOT NULL,
    variable      text        NOT NULL,
    value_type    text        NOT NULL CHECK (value_type IN ('LONG', 'DOUBLE', 'BOOLEAN', 'STRING')),
    long_value    bigint,
    double_value  double precision,
    boolean_value boolean,
    string_value  text,
    string_altered boolean    NOT NULL DEFAULT false,
    observed_at   timestamp   NOT NULL,
    age_ms        bigint      NOT NULL,
    request_id    text        NOT NULL,
    PRIMARY KEY (device_id, variable, observed_at, request_id)
);

-- Where an earlier version of this file made the table.
ALTER TABLE variable_snapshots ADD COLUMN IF NOT EXISTS string_altered boolean NOT NULL DEFAULT false;

CREATE OR REPLACE VIEW latest_values AS
SELECT DISTINCT ON (device_id, variable)
    device_id, product, variable, value_type, long_value, double_value, boolean_value, string_value,
    observed_at AT TIME ZONE 'UTC' AS observed_at, age_ms, request_id, string_altered
FROM variable_snapshots
ORDER BY device_id, variable, variable_snapshots.observed_at DESC, request_id DESC;
