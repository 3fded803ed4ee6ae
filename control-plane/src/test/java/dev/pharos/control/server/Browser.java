package dev.pharos.control.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import tools.jackson.databind.json.JsonMapper;

/** What a browser with our page in it sends: a session cookie, and that the page is our own. */
final class Browser {
    private static final JsonMapper JSON = new JsonMapper();

    private final Server server;
    private final String cookie;

    private Browser(Server server, String cookie) {
        this.server = server;
        this.cookie = cookie;
    }

    record Answer(int status, String text) {
        String at(String field) {
            return JSON.readTree(text).path(field).asString("");
        }
    }

    /** What the page behind a one-time link does. */
    static HttpResponse<String> open(Server server, String link) {
        return signIn(server, "{\"link\":\"" + URI.create(link).getRawFragment() + "\"}");
    }

    /** What the page does with a name and a password. */
    static HttpResponse<String> open(Server server, String name, String password) {
        return signIn(server, JSON.writeValueAsString(java.util.Map.of("name", name, "password", password)));
    }

    static Browser signedIn(Server server, String link) {
        return with(server, open(server, link));
    }

    static Browser with(Server server, HttpResponse<String> opened) {
        String cookie = opened.headers()
                .firstValue("Set-Cookie")
                .orElseThrow(() -> new IllegalStateException(opened.statusCode() + " " + opened.body()));
        return new Browser(server, cookie.substring(0, cookie.indexOf(';')));
    }

    String cookie() {
        return cookie;
    }

    /** The same browser at another node. */
    Browser at(Server other) {
        return new Browser(other, cookie);
    }

    /** With single quotes for double ones. */
    Answer send(String method, String path, String json) {
        HttpRequest.Builder request = request(server, path)
                .header("Cookie", cookie)
                .method(method, BodyPublishers.ofString(json.replace('\'', '"')));
        HttpResponse<String> response = send(request);
        return new Answer(response.statusCode(), response.body());
    }

    private static HttpResponse<String> signIn(Server server, String json) {
        return send(request(server, "session").POST(BodyPublishers.ofString(json)));
    }

    private static HttpRequest.Builder request(Server server, String path) {
        return HttpRequest.newBuilder(server.url().resolve("/api/v1/" + path))
                .header("Content-Type", "application/json")
                .header("Sec-Fetch-Site", "same-origin");
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return Rest.CLIENT.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
