package io.fleetcommand.processor.cloud;

import io.fleetcommand.processor.core.Request;
import okhttp3.HttpUrl;

/** Where a request is sent: the product addresses, which reach every device of a product, claimed or not. */
record Addresses(HttpUrl base) {
    HttpUrl of(Request request) {
        return base.newBuilder()
                .addPathSegments("v1/products")
                .addPathSegment(request.product())
                .addPathSegment("devices")
                .addPathSegment(request.deviceId())
                .addPathSegment(request.action().name())
                .build();
    }
}
