import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/// Makes the distribution: `bin/pharos-agent`, `lib/` with the class path, `runtime/` with what is needed of the
/// JDK, and the AOT caches. Run by the build with the JDK that becomes the runtime: `java -cp DEPENDENCIES
/// Assemble.java LAUNCHER OWN_JAR DIST cache|no-cache`.
public final class Assemble {
    /// java.management is for Netty, java.naming for TLS, jdk.httpserver for metrics, jdk.jfr and jdk.management
    /// for profiles.
    private static final String MODULES = "java.base,java.logging,java.management,java.naming,java.net.http,"
            + "jdk.httpserver,jdk.jfr,jdk.management,jdk.unsupported";

    /// Offset in a class file (JVMS 4.1).
    private static final int CLASS_MAJOR_VERSION = 6;

    /// That of Java 6.
    private static final byte OLDEST_IN_CACHE = 50;

    /// Of a key that nobody but the rehearsal trusts.
    private static final String PASSWORD = "rehearsal";

    private static final Pattern SIGNATURE = Pattern.compile("META-INF/[^/]*\\.(SF|RSA|DSA|EC)");

    /// The JDK looks here for the providers of its list that this runtime lacks, and makes all that it finds: of
    /// Bouncy Castle 440 classes, while the agent calls its functions and no provider.
    private static final String PROVIDERS = "META-INF/services/java.security.Provider";

    private final Path dist;
    private final Path java = Path.of(System.getProperty("java.home"));

    private Assemble(Path dist) {
        this.dist = dist;
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        Assemble assemble = new Assemble(Path.of(args[2]).toAbsolutePath());
        assemble.runtime();
        List<String> jars = assemble.libraries(Path.of(args[1]));
        assemble.launcher(Path.of(args[0]), jars);
        switch (args[3]) {
            case "cache" -> assemble.caches();
            case "no-cache" -> System.out.println("The agent starts without an AOT cache: a quick build.");
            default -> throw new IllegalArgumentException(args[3]);
        }
    }

    /// Linking takes several seconds, so it is done again only when the JDK or the list of modules has changed.
    private void runtime() throws IOException, InterruptedException {
        Path runtime = dist.resolve("runtime");
        Path stamp = dist.resolve("runtime.stamp");
        List<String> link = List.of(
                java.resolve("bin/jlink").toString(),
                "--add-modules",
                MODULES,
                "--strip-debug",
                "--no-header-files",
                "--no-man-pages",
                "--output",
                runtime.toString());
        String wanted = System.getProperty("java.vm.version") + " " + String.join(" ", link);
        if (Files.exists(stamp) && Files.readString(stamp).equals(wanted)) {
            return;
        }
        delete(dist);
        Files.createDirectories(dist);
        finish(new ProcessBuilder(link));
        Files.writeString(stamp, wanted);
    }

    private List<String> libraries(Path own) throws IOException {
        Path lib = dist.resolve("lib");
        delete(lib);
        Files.createDirectories(lib);
        List<String> names = new ArrayList<>();
        names.add("pharos-agent.jar");
        copy(own, lib.resolve("pharos-agent.jar"));
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path jar = Path.of(entry);
            if (Files.isRegularFile(jar)) {
                names.add(jar.getFileName().toString());
                adapt(jar, lib.resolve(jar.getFileName()));
            }
        }
        return names;
    }

    private void launcher(Path template, List<String> jars) throws IOException {
        String classPath =
                String.join(":", jars.stream().map(jar -> "$home/lib/" + jar).toList());
        Path launcher = dist.resolve("bin/pharos-agent");
        Files.createDirectories(launcher.getParent());
        Files.writeString(launcher, Files.readString(template).replace("@CLASS_PATH@", classPath));
        if (!launcher.toFile().setExecutable(true, false)) {
            throw new IOException("cannot make " + launcher + " executable");
        }
    }

    /// The training runs are the launcher itself, so that the options of the JVM are those of every later run.
    /// Where they cannot run, the agent starts more slowly, and that is all. All classes of a cache are in memory
    /// from the start, so each of the two ways to run has its own. The compiler does not wait as it does later:
    /// what it has compiled by the end is what the cache knows to be worth it.
    private void caches() throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("pharos-rehearsal");
        try {
            Path keys = directory.resolve("control-plane.p12");
            finish(new ProcessBuilder(List.of(
                    java.resolve("bin/keytool").toString(),
                    "-genkeypair",
                    "-alias",
                    "control-plane",
                    "-keyalg",
                    "EC",
                    "-dname",
                    "CN=rehearsal",
                    "-ext",
                    "san=ip:127.0.0.1",
                    "-storepass",
                    PASSWORD,
                    "-keystore",
                    keys.toString())));
            try (ControlPlane controlPlane = ControlPlane.start(keys)) {
                cache(
                        "enrolled",
                        directory.resolve("enrolled"),
                        "--control-plane",
                        controlPlane.url(),
                        "--pin",
                        controlPlane.pin());
            }
            cache("stand-alone", Files.createDirectory(directory.resolve("stand-alone")));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK speaks TLS", e);
        } finally {
            delete(directory);
        }
    }

    private void cache(String name, Path directory, String... options) throws IOException, InterruptedException {
        Path cache = dist.resolve("lib/" + name + ".aot");
        List<String> command =
                new ArrayList<>(List.of(dist.resolve("bin/pharos-agent").toString(), "rehearse", directory.toString()));
        command.addAll(List.of(options));
        ProcessBuilder training = new ProcessBuilder(command);
        training.environment().put("PHAROS_JAVA_OPTIONS", "-XX:CompileThresholdScaling=1 -XX:AOTCacheOutput=" + cache);
        try {
            finish(training);
        } catch (IOException e) {
            System.err.println("The agent will start without an AOT cache: " + e.getMessage());
            Files.deleteIfExists(cache);
        }
    }

    /// A control plane that never has anything new, for the training of an enrolled host: asks for a signature
    /// with a nonce as a real one does, holds a poll back for a moment, and takes every report.
    private record ControlPlane(HttpsServer server, String pin) implements AutoCloseable {
        private static final long HELD_MILLIS = 500;

        static ControlPlane start(Path keys) throws IOException, GeneralSecurityException {
            KeyStore store = KeyStore.getInstance(keys.toFile(), PASSWORD.toCharArray());
            KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(store, PASSWORD.toCharArray());
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(managers.getKeyManagers(), null, null);
            HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setHttpsConfigurator(new HttpsConfigurator(tls));
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.createContext("/", ControlPlane::answer);
            server.start();
            byte[] key = store.getCertificate("control-plane").getPublicKey().getEncoded();
            byte[] pin = MessageDigest.getInstance("SHA-256").digest(key);
            return new ControlPlane(
                    server, Base64.getUrlEncoder().withoutPadding().encodeToString(pin));
        }

        String url() {
            return "https://127.0.0.1:" + server.getAddress().getPort();
        }

        private static void answer(HttpExchange exchange) throws IOException {
            try (exchange) {
                exchange.getRequestBody().readAllBytes();
                exchange.getResponseHeaders().add("Pharos-Nonce", "rehearsal");
                exchange.getResponseHeaders()
                        .add("Pharos-Time", Long.toString(Instant.now().getEpochSecond()));
                String signature = exchange.getRequestHeaders().getFirst("Signature-Input");
                if (signature == null || !signature.contains("rehearsal\"")) {
                    exchange.sendResponseHeaders(401, -1);
                } else if (exchange.getRequestMethod().equals("GET")) {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(HELD_MILLIS));
                    exchange.sendResponseHeaders(304, -1);
                } else {
                    exchange.sendResponseHeaders(204, -1);
                }
            }
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }

    /// Copies what others have built so that the cache takes all of it: it leaves out signed classes, and those
    /// from before Java 6, and the agent would verify them anew at each start. The build has checked the archives.
    private static void adapt(Path from, Path to) throws IOException {
        try (JarFile jar = new JarFile(from.toFile(), false);
                JarOutputStream out = new JarOutputStream(Files.newOutputStream(to))) {
            for (JarEntry entry : Collections.list(jar.entries())) {
                if (SIGNATURE.matcher(entry.getName()).matches()
                        || entry.getName().equals(PROVIDERS)) {
                    continue;
                }
                byte[] content = jar.getInputStream(entry).readAllBytes();
                if (entry.getName().endsWith(".class") && majorVersion(content) < OLDEST_IN_CACHE) {
                    content = modern(content);
                }
                out.putNextEntry(new JarEntry(entry.getName()));
                out.write(entry.getName().equals(JarFile.MANIFEST_NAME) ? withoutDigests(content) : content);
                out.closeEntry();
            }
        }
    }

    /// The same class as a compiler of Java 6 would have written it, with the maps of its stack: one without them is
    /// verified the old way, and the cache takes none that was.
    private static byte[] modern(byte[] content) {
        ClassFile maps = ClassFile.of(
                ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
                ClassFile.ClassHierarchyResolverOption.of(
                        ClassHierarchyResolver.ofResourceParsing(ClassLoader.getSystemClassLoader())
                                .orElse(ClassHierarchyResolver.defaultResolver())));
        ClassTransform code = ClassTransform.transformingMethodBodies((builder, element) -> builder.with(element));
        return maps.transformClass(maps.parse(content), code.andThen((builder, element) -> {
            switch (element) {
                case ClassFileVersion _ -> builder.withVersion(OLDEST_IN_CACHE, 0);
                default -> builder.with(element);
            }
        }));
    }

    /// The digest of every entry would be read, and kept, at each start.
    private static byte[] withoutDigests(byte[] manifest) throws IOException {
        Manifest read = new Manifest(new ByteArrayInputStream(manifest));
        read.getEntries().clear();
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        read.write(written);
        return written.toByteArray();
    }

    private static int majorVersion(byte[] classFile) {
        return ByteBuffer.wrap(classFile).getShort(CLASS_MAJOR_VERSION);
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.copy(from, to, StandardCopyOption.COPY_ATTRIBUTES, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void delete(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(tree)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static void finish(ProcessBuilder command) throws IOException, InterruptedException {
        Process process = command.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        if (process.waitFor() != 0) {
            throw new IOException(command.command() + " failed: " + output);
        }
    }
}
