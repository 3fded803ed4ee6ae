package dev.pharos.control.secret;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes the root key of a database: opens every secret with the old key and seals it with the new one, in a single
 * transaction. Whoever is about to store a secret holds the row of {@code root_key}, so none is left behind.
 */
final class Rewrapping {
    private static final Logger log = LoggerFactory.getLogger(Rewrapping.class);

    private Rewrapping() {}

    static void run(DataSource database, Seal old, Seal fresh) throws SQLException {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try {
                if (take(connection, old, fresh)) {
                    int secrets = secrets(connection, old, fresh);
                    answers(connection, old, fresh);
                    log.info("The root key is now {} instead of {}; {} secrets wrapped anew", fresh, old, secrets);
                }
                connection.commit();
            } finally {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        }
    }

    /** False when another node has done it in the meantime. */
    private static boolean take(Connection connection, Seal old, Seal fresh) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("update root_key set id = ? where id = ?")) {
            update.setString(1, fresh.id());
            update.setString(2, old.id());
            return update.executeUpdate() == 1;
        }
    }

    private static int secrets(Connection connection, Seal old, Seal fresh) throws SQLException {
        int count = 0;
        try (Statement select = connection.createStatement();
                ResultSet row = select.executeQuery("select name, sealed from secret for update");
                PreparedStatement update =
                        connection.prepareStatement("update secret set sealed = ?, key_id = ? where name = ?")) {
            while (row.next()) {
                String name = row.getString(1);
                update.setBytes(1, fresh.seal(name, old.open(name, row.getBytes(2))));
                update.setString(2, fresh.id());
                update.setString(3, name);
                count += update.executeUpdate();
            }
        }
        return count;
    }

    /** The answers to creations, which may have shown a secret. */
    private static void answers(Connection connection, Seal old, Seal fresh) throws SQLException {
        try (Statement select = connection.createStatement();
                ResultSet row = select.executeQuery("select actor, path, key, response from creation for update");
                PreparedStatement update = connection.prepareStatement(
                        "update creation set response = ? where actor = ? and path = ? and key = ?")) {
            while (row.next()) {
                String name = Secrets.answerName(row.getString(1), row.getString(2), row.getString(3));
                update.setBytes(1, fresh.seal(name, old.open(name, row.getBytes(4))));
                update.setString(2, row.getString(1));
                update.setString(3, row.getString(2));
                update.setString(4, row.getString(3));
                update.executeUpdate();
            }
        }
    }
}
