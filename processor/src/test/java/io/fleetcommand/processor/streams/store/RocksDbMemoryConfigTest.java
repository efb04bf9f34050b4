package io.fleetcommand.processor.streams.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Options;

final class RocksDbMemoryConfigTest {
    private static final long MB = 1024 * 1024;

    @ParameterizedTest
    @CsvSource({"128, 1", "128, 12", "128, 100", "1024, 12", "16, 4"})
    void allStoresTogetherHoldHalfOfTheMemoryBeforeTheyAreWrittenToDisk(long mb, int partitions) {
        long all = writeBuffer(mb, partitions) * RocksDbMemoryConfig.STORES * partitions;

        assertThat(all).isBetween(mb * MB / 2 - RocksDbMemoryConfig.STORES * partitions, mb * MB / 2);
    }

    @Test
    void aStoreHasRoomForSomeEntriesHoweverLittleMemoryThereIs() {
        assertThat(writeBuffer(16, 1_000)).isEqualTo(64 * 1024);
    }

    private static long writeBuffer(long mb, int partitions) {
        try (Options options = new Options()) {
            options.setTableFormatConfig(new BlockBasedTableConfig());
            new RocksDbMemoryConfig()
                    .setConfig(
                            "any",
                            options,
                            Map.of(RocksDbMemoryConfig.BYTES, mb * MB, RocksDbMemoryConfig.PARTITIONS, partitions));
            return options.writeBufferSize();
        }
    }
}
