package io.fleetcommand.processor.cloud;

import io.fleetcommand.processor.core.request.Request;
import okhttp3.HttpUrl;

/**
 * Where a request is sent (docs/cloud-contract.md §2).
 *
 * @param account whether to the addresses of the account to which the token belongs, which reach the devices claimed to
 *     it; else to those of the request's product, which reach every device of the product
 */
public record DeviceUrls(HttpUrl base, boolean account) {
    public static DeviceUrls ofProducts(HttpUrl base) {
        return new DeviceUrls(base, false);
    }

    public static DeviceUrls ofAccount(HttpUrl base) {
        return new DeviceUrls(base, true);
    }

    HttpUrl of(Request request) {
        HttpUrl.Builder url = base.newBuilder().addPathSegment("v1");
        if (!account) {
            url.addPathSegment("products").addPathSegment(request.product());
        }
        return url.addPathSegment("devices")
                .addPathSegment(request.deviceId())
                .addPathSegment(request.action().name())
                .build();
    }
}
