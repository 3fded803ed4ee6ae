package dev.pharos.lab;

import dev.pharos.lab.pharos.Artefacts;
import dev.pharos.lab.run.Run;
import dev.pharos.lab.story.Steps;
import dev.pharos.lab.story.Story;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The whole fleet on this machine. */
@Command(name = "demo")
final class DemoCommand implements Callable<Integer> {
    @Option(names = "--check", description = "runs the story unattended and exits 0 or 1")
    private boolean check;

    @Override
    public Integer call() throws Exception {
        Run run = Run.begin();
        Steps steps = new Steps(System.out);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> clear(steps, run), "clean-up"));
        try (run;
                Story story = Story.begin(run, Artefacts.here(), steps)) {
            story.join();
            if (check) {
                story.trouble();
                return steps.end() ? 0 : 1;
            }
            if (!steps.end()) {
                return 1;
            }
            say("");
            say("Dashboard: " + story.fleet().controlPlane().dashboard());
            story.fleet().controlPlane().signInLink().ifPresent(link -> say("Sign in:   " + link));
            say("Look around: sudo ip netns exec " + run.name("laptop") + " ping " + "10.42.0.20");
            say("Ctrl-C ends all of it.");
            new CountDownLatch(1).await();
            return 0;
        }
    }

    private static void clear(Steps steps, Run run) {
        steps.abandon();
        run.close();
    }

    private static void say(String line) {
        System.out.println(line);
    }
}
