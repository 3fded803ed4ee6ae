package dev.pharos.protocol.bundle;

import java.net.URI;
import java.util.List;

/** URLs of the control plane: https, a host, no credentials. */
final class HttpsUrls {
    private HttpsUrls() {}

    static List<URI> require(List<URI> urls) {
        for (URI url : urls) {
            if (!"https".equals(url.getScheme()) || url.getHost() == null || url.getUserInfo() != null) {
                throw new IllegalArgumentException("a control plane's URL is https://host[:port]");
            }
        }
        return List.copyOf(urls);
    }
}
