//! TLS to PostgreSQL: what each `sslmode` accepts, as libpq does.

use std::path::{Path, PathBuf};

use diesel_async::RunQueryDsl;
use landfall::db::connect;
use landfall::embedded::postgres::{Cluster, PgBinaries, RunAs};
use secrecy::SecretString;
use tokio::process::Child;

use crate::support::{eventually, free_port};

/// PostgreSQL on a port of the loopback interface, with a certificate.
struct TlsServer {
    port: u16,
    data: tempfile::TempDir,
    running: Child,
}

fn certificate(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/db/certificates").join(name)
}

impl TlsServer {
    /// `None` in place of a certificate: no TLS. `hba` is the text of pg_hba.conf.
    async fn start(certificate_name: Option<&str>, hba: &str) -> Self {
        let run_as = RunAs::choose().await;
        let data = tempfile::tempdir().unwrap();
        std::fs::set_permissions(data.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        let dir = run_as.reachable(&data.path().join("postgres")).await.unwrap();
        Cluster::start(data.path(), None, run_as).await.unwrap().stop().await;
        std::fs::write(dir.join("pg_hba.conf"), hba).unwrap();
        let (binaries, port) = (PgBinaries::find(None, None, run_as).await.unwrap(), free_port());
        let mut command = run_as.command(&binaries.dir.join("postgres"));
        command.arg("-D").arg(&dir).args(["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="]);
        command.args(["-c", &format!("port={port}")]);
        if let Some(name) = certificate_name {
            for (setting, ending) in [("ssl_cert_file", "pem"), ("ssl_key_file", "key")] {
                let copy = dir.join(format!("server.{ending}"));
                std::fs::copy(certificate(&format!("{name}.{ending}")), &copy).unwrap();
                std::fs::set_permissions(&copy, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
                let owner = std::os::unix::fs::MetadataExt::uid(&std::fs::metadata(&dir).unwrap());
                std::os::unix::fs::chown(&copy, Some(owner), None).unwrap();
                command.args(["-c", &format!("{setting}={}", copy.display())]);
            }
            command.args(["-c", "ssl=on"]);
        }
        let log = std::fs::File::create(data.path().join("log")).unwrap();
        let running = command.stdout(log.try_clone().unwrap()).stderr(log).kill_on_drop(true).spawn().unwrap();
        let server = Self { port, data, running };
        eventually(30, "PostgreSQL listens", || async {
            tokio::net::TcpStream::connect(("127.0.0.1", port)).await.ok().map(|_| ())
        })
        .await;
        server
    }

    /// Whether the connection is encrypted, or why there is none.
    async fn connect(&self, host: &str, query: &str) -> Result<bool, String> {
        #[derive(diesel::QueryableByName)]
        struct Row {
            #[diesel(sql_type = diesel::sql_types::Bool)]
            ssl: bool,
        }
        let url = format!("postgres://landfall@{host}:{}/postgres?{query}", self.port);
        for attempt in 0.. {
            match connect(&SecretString::from(url.as_str())).await {
                // The port is open before recovery is done.
                Err(error) if error.to_string().contains("starting up") && attempt < 100 => {
                    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                }
                Err(error) => return Err(error.to_string()),
                Ok(mut conn) => {
                    let sql = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
                    let row: Row = diesel::sql_query(sql).get_result(&mut conn).await.unwrap();
                    return Ok(row.ssl);
                }
            }
        }
        unreachable!()
    }

    async fn stop(mut self) {
        // A fast shutdown; the process group is the server's own.
        let text = std::fs::read_to_string(self.data.path().join("postgres/postmaster.pid")).unwrap_or_default();
        if let Some(pid) =
            text.lines().next().and_then(|line| line.parse().ok()).and_then(rustix::process::Pid::from_raw)
        {
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::INT);
        }
        let _ = self.running.wait().await;
    }
}

const TRUST: &str = "host all all 127.0.0.1/32 trust\n";

fn roots(mode: &str, file: &str) -> String {
    format!("sslmode={mode}&sslrootcert={}", certificate(file).display())
}

async fn assert_outcomes(server: &TlsServer, table: &[(&str, &str, Option<bool>)]) {
    for (host, query, expected) in table {
        let outcome = server.connect(host, query).await;
        assert_eq!(outcome.as_ref().ok(), expected.as_ref(), "{host} {query}: {outcome:?}");
    }
}

#[tokio::test]
async fn certificate_of_an_authority_passes_the_checks_that_sslmode_names() {
    let server = TlsServer::start(Some("named"), TRUST).await;
    let (clear, encrypted, refused) = (Some(false), Some(true), None);
    assert_outcomes(
        &server,
        &[
            ("localhost", "sslmode=disable", clear),
            ("localhost", "sslmode=allow", clear),
            ("localhost", "", encrypted),
            ("localhost", "sslmode=prefer&channel_binding=prefer", encrypted),
            ("localhost", "sslmode=require", encrypted),
            ("127.0.0.1", "sslmode=require", encrypted),
            ("localhost", &roots("require", "ca.pem"), encrypted),
            ("localhost", &roots("require", "other-ca.pem"), refused),
            ("localhost", &roots("prefer", "other-ca.pem"), clear),
            ("localhost", &roots("verify-ca", "ca.pem"), encrypted),
            ("127.0.0.1", &roots("verify-ca", "ca.pem"), encrypted),
            ("localhost", &roots("verify-ca", "other-ca.pem"), refused),
            ("localhost", &roots("verify-full", "ca.pem"), encrypted),
            ("127.0.0.1", &roots("verify-full", "ca.pem"), refused),
            ("localhost", "sslmode=verify-full", refused),
            ("localhost", "sslrootcert=system", refused),
            ("localhost", "sslmode=verify-full&sslrootcert=/no/such/file", refused),
            ("localhost", "sslmode=require&ssl_min_protocol_version=TLSv1.3&sslsni=0", encrypted),
        ],
    )
    .await;
    let hostless = format!("hostaddr=127.0.0.1 port={} user=landfall dbname=postgres sslmode=require", server.port);
    connect(&SecretString::from(hostless)).await.map(|_| ()).unwrap();
    server.stop().await;
}

#[tokio::test]
async fn certificate_with_another_name_fails_verify_full_only() {
    let server = TlsServer::start(Some("other-name"), TRUST).await;
    assert_outcomes(
        &server,
        &[
            ("localhost", &roots("verify-ca", "ca.pem"), Some(true)),
            ("localhost", &roots("verify-full", "ca.pem"), None),
        ],
    )
    .await;
    server.stop().await;
}

#[tokio::test]
async fn common_name_counts_where_a_certificate_has_no_other_name() {
    let server = TlsServer::start(Some("common-name"), TRUST).await;
    assert_outcomes(
        &server,
        &[
            ("localhost", &roots("verify-full", "ca.pem"), Some(true)),
            ("127.0.0.1", &roots("verify-full", "ca.pem"), None),
        ],
    )
    .await;
    server.stop().await;
}

#[tokio::test]
async fn self_signed_certificate_is_trusted_where_it_is_named() {
    let server = TlsServer::start(Some("self-signed"), "hostssl all all 127.0.0.1/32 trust\n").await;
    assert_outcomes(
        &server,
        &[
            ("localhost", "sslmode=disable", None),
            // The server accepts encrypted connections only.
            ("localhost", "sslmode=allow", Some(true)),
            ("localhost", "sslmode=require", Some(true)),
            ("localhost", &roots("verify-ca", "ca.pem"), None),
            ("localhost", &roots("verify-ca", "self-signed.pem"), Some(true)),
            ("localhost", &roots("verify-full", "self-signed.pem"), Some(true)),
            ("127.0.0.1", &roots("verify-full", "self-signed.pem"), None),
        ],
    )
    .await;
    server.stop().await;
}

#[tokio::test]
async fn server_without_tls_is_used_in_the_clear_unless_sslmode_requires_it() {
    let server = TlsServer::start(None, TRUST).await;
    assert_outcomes(
        &server,
        &[
            ("localhost", "", Some(false)),
            ("localhost", "sslmode=allow", Some(false)),
            ("localhost", "sslmode=require", None),
            ("localhost", &roots("verify-full", "ca.pem"), None),
        ],
    )
    .await;
    server.stop().await;
}
