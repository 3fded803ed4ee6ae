package dev.pharos.agent.status;

/** An {@link ExplainReply} for eyes and for machines. */
public final class ExplainPrint {
    private ExplainPrint() {}

    /** The JSON that scripts read. */
    public static String json(ExplainReply reply) {
        return LocalMessages.writePretty(reply);
    }

    /** The verdict, the rule, and who else has a say. */
    public static String text(ExplainReply reply) {
        String verdict = (reply.allowed() ? "allowed: " : "refused: ") + reply.flow() + "\n";
        String rule = reply.rule() == null
                ? "because: " + reply.reason() + "\n"
                : "by rule: " + reply.direction() + "[" + reply.index() + "] " + reply.rule() + "\n";
        return verdict + rule + "judged by " + reply.host() + ", " + reply.direction() + "; " + reply.peer()
                + " judges by its own rules";
    }
}
