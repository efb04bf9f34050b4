package io.fleetcommand.processor.cloud;

import io.fleetcommand.processor.core.inventory.PageRequest;
import io.fleetcommand.processor.core.request.Request;
import okhttp3.HttpUrl;

/**
 * Builds the URLs of requests (docs/cloud-contract.md §2) and of listings (§4.1).
 *
 * @param account true for the URLs of the account that the token belongs to, which reach the devices claimed by it;
 *     false for those of the request's product, which reach every device of the product
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

    /** The URL of a page of a product's devices, whichever way its devices are called. */
    HttpUrl of(PageRequest request) {
        return base.newBuilder()
                .addPathSegment("v1")
                .addPathSegment("products")
                .addPathSegment(request.product())
                .addPathSegment("devices")
                .addQueryParameter("page", String.valueOf(request.page()))
                .addQueryParameter("per_page", String.valueOf(request.size()))
                .addQueryParameter("sortAttr", "deviceId")
                .addQueryParameter("sortDir", "asc")
                .build();
    }
}
