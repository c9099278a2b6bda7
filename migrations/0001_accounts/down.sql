DROP TABLE signing_key, verification, account, session, "user";
