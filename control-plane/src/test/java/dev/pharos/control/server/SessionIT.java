package dev.pharos.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;

class SessionIT {
    private final Server server = Server.shared();

    @Test
    void aLinkSignsInOnceAndTheSessionEndsWithSigningOut() throws Exception {
        String link = server.api().post("sign-in-links", "").at("url");
        assertThat(URI.create(link).getRawQuery()).as("what a server could log").isNull();

        HttpResponse<String> opened = Browser.open(server, link);
        String cookie = opened.headers().firstValue("Set-Cookie").orElseThrow();
        assertThat(opened.statusCode()).isEqualTo(200);
        assertThat(cookie).contains("Secure", "HttpOnly", "SameSite=Strict", "__Host-");
        String session = cookie.substring(0, cookie.indexOf(';'));
        assertThat(send(api("hosts").header("Cookie", session)).statusCode()).isEqualTo(200);

        assertThat(Browser.open(server, link).statusCode()).isEqualTo(401);

        HttpRequest.Builder signOut = api("session")
                .header("Cookie", session)
                .header("Sec-Fetch-Site", "same-origin")
                .DELETE();
        assertThat(send(signOut).statusCode()).isEqualTo(204);
        assertThat(send(api("hosts").header("Cookie", session)).statusCode()).isEqualTo(401);
    }

    @Test
    void anotherSiteCannotChangeAnythingInTheNameOfASession() throws Exception {
        String session = Browser.signedIn(
                        server, server.api().post("sign-in-links", "").at("url"))
                .cookie();

        assertThat(post(session, "Sec-Fetch-Site", "cross-site")).isEqualTo(403);
        assertThat(post(session, "Origin", "https://evil.example")).isEqualTo(403);
        assertThat(post(session, "X-Nothing", "said")).isEqualTo(403);
        assertThat(post(session, "Origin", server.url().toString())).isEqualTo(201);
    }

    @Test
    void pagesAreServedWithAContentPolicy() throws Exception {
        HttpResponse<String> page = send(HttpRequest.newBuilder(server.url().resolve("/hosts")));

        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("script-src 'self'", "frame-ancestors 'none'");
    }

    private int post(String session, String header, String value) throws Exception {
        return send(api("sign-in-links")
                        .header("Cookie", session)
                        .header(header, value)
                        .POST(BodyPublishers.noBody()))
                .statusCode();
    }

    private HttpRequest.Builder api(String path) {
        return HttpRequest.newBuilder(server.url().resolve("/api/v1/" + path));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return Rest.CLIENT.send(request.build(), BodyHandlers.ofString());
    }
}
