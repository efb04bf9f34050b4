package io.fleetcommand.processor.streams.store;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.WriteBufferManager;

/**
 * Gives the state stores of all tasks one off-heap memory budget. Without it each store would take its own, and the sum
 * would grow with the partitions. Kafka Streams instantiates this class by name.
 *
 * <p>Each store has an equal share of the budget for memtables. A common limit alone would be simpler but is a trap:
 * when it is reached, RocksDB flushes the store that is being written to, at each write, instead of the idle stores
 * that hold the memory.
 */
public final class RocksDbMemoryConfig implements RocksDBConfigSetter {
    /** Kafka Streams setting: bytes that the stores of the process may take together. */
    public static final String BYTES = "fleet.ledger.memory.bytes";
    /** Kafka Streams setting: number of partitions that one instance owns if it is alone. */
    public static final String PARTITIONS = "fleet.ledger.partitions";

    /** Number of state stores per task, which share the memory. */
    public static final int STORES = 9;

    private static final double MEMTABLE_SHARE = 0.5;
    private static final long MIN_WRITE_BUFFER = 64 * 1024;
    /** One active memtable, and one that is being flushed. */
    private static final int WRITE_BUFFERS = 2;

    private static final long UNLIMITED = 0;

    /**
     * Shared block cache, created by the first store: all stores of a process have the same settings. Guarded by the
     * class.
     */
    private static Cache cache;
    /** Charges memtables to the block cache, which then caches fewer blocks. */
    private static WriteBufferManager writeBufferManager;

    @Override
    public void setConfig(String storeName, Options options, Map<String, Object> settings) {
        long bytes = number(settings, BYTES);
        createShared(bytes);
        BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
        table.setBlockCache(cache);
        table.setCacheIndexAndFilterBlocks(true);
        table.setPinTopLevelIndexAndFilter(true);
        options.setTableFormatConfig(table);
        options.setWriteBufferManager(writeBufferManager);
        options.setWriteBufferSize(writeBufferSize(bytes, number(settings, PARTITIONS)));
        options.setMaxWriteBufferNumber(WRITE_BUFFERS);
    }

    @Override
    public void close(String storeName, Options options) {
        // The shared cache outlives each store.
    }

    private static long writeBufferSize(long bytes, long partitions) {
        return Math.max(MIN_WRITE_BUFFER, (long) (bytes * MEMTABLE_SHARE / (partitions * STORES)));
    }

    private static synchronized void createShared(long bytes) {
        if (cache == null) {
            cache = new LRUCache(bytes);
            writeBufferManager = new WriteBufferManager(UNLIMITED, cache);
        }
    }

    private static long number(Map<String, Object> settings, String name) {
        return ((Number) settings.get(name)).longValue();
    }
}
