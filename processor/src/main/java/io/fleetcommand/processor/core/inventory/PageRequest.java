package io.fleetcommand.processor.core.inventory;

import java.util.Objects;

/**
 * A page to read, of a product's devices in ascending order of their ids.
 *
 * @param page from 1
 * @param size entries per page
 */
public record PageRequest(String product, int page, int size) {
    public PageRequest {
        Objects.requireNonNull(product);
        if (page < 1 || size < 1) {
            throw new IllegalArgumentException("page " + page + " of " + size + " entries");
        }
    }
}
