package io.fleetcommand.processor.streams;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.WriteBufferManager;

/**
 * One memory for the state stores of all tasks of the process, outside of the heap. Without it each store would take
 * its own, and the sum would grow with the partitions. Kafka Streams makes an instance of this by its class name.
 */
public final class LedgerMemory implements RocksDBConfigSetter {
    /** Of the stream's configuration: how many bytes the stores of the process may take together. */
    public static final String BYTES = "fleet.ledger.memory.bytes";

    private static final double SHARE_OF_WRITES = 0.5;

    /** The first store decides: all stores of a process have the same settings. */
    private static Cache cache;

    private static WriteBufferManager writes;

    @Override
    public void setConfig(String storeName, Options options, Map<String, Object> settings) {
        share(((Number) settings.get(BYTES)).longValue());
        BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
        table.setBlockCache(cache);
        table.setCacheIndexAndFilterBlocks(true);
        table.setPinTopLevelIndexAndFilter(true);
        options.setTableFormatConfig(table);
        options.setWriteBufferManager(writes);
    }

    @Override
    public void close(String storeName, Options options) {
        // What all stores share outlives each of them.
    }

    private static synchronized void share(long bytes) {
        if (cache == null) {
            cache = new LRUCache(bytes);
            writes = new WriteBufferManager((long) (bytes * SHARE_OF_WRITES), cache);
        }
    }
}
