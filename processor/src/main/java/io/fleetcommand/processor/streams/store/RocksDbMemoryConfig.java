package io.fleetcommand.processor.streams.store;

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
 *
 * <p>Each store has an equal share for what it has not written to disk yet. A common limit for them all would be
 * simpler, and is a trap: RocksDB then empties the store that is being written to, at each write, and not those that
 * hold the memory and rest.
 */
public final class RocksDbMemoryConfig implements RocksDBConfigSetter {
    /** Of the stream's configuration: how many bytes the stores of the process may take together. */
    public static final String BYTES = "fleet.ledger.memory.bytes";
    /** Of the stream's configuration: how many partitions the process has when it is alone. */
    public static final String PARTITIONS = "fleet.ledger.partitions";

    /** State stores of each task; the memory is shared out among them. */
    public static final int STORES = 9;

    private static final double SHARE_OF_WRITES = 0.5;
    private static final long MIN_WRITE_BUFFER = 64 * 1024;
    /** One that is filled, and one that is on its way to the disk. */
    private static final int WRITE_BUFFERS = 2;

    private static final long UNLIMITED = 0;

    /** The first store decides: all stores of a process have the same settings. */
    private static Cache cache;
    /** Counts what is not on disk yet as part of the cache, which then keeps less of what is. */
    private static WriteBufferManager writes;

    @Override
    public void setConfig(String storeName, Options options, Map<String, Object> settings) {
        long bytes = number(settings, BYTES);
        share(bytes);
        BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
        table.setBlockCache(cache);
        table.setCacheIndexAndFilterBlocks(true);
        table.setPinTopLevelIndexAndFilter(true);
        options.setTableFormatConfig(table);
        options.setWriteBufferManager(writes);
        options.setWriteBufferSize(writeBuffer(bytes, number(settings, PARTITIONS)));
        options.setMaxWriteBufferNumber(WRITE_BUFFERS);
    }

    @Override
    public void close(String storeName, Options options) {
        // What all stores share outlives each of them.
    }

    private static long writeBuffer(long bytes, long partitions) {
        return Math.max(MIN_WRITE_BUFFER, (long) (bytes * SHARE_OF_WRITES / (partitions * STORES)));
    }

    private static synchronized void share(long bytes) {
        if (cache == null) {
            cache = new LRUCache(bytes);
            writes = new WriteBufferManager(UNLIMITED, cache);
        }
    }

    private static long number(Map<String, Object> settings, String name) {
        return ((Number) settings.get(name)).longValue();
    }
}
