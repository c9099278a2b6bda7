//! The setup of a measurement: a PostgreSQL cluster, users with sessions and chats, and the release server.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use diesel_async::RunQueryDsl;
use landfall::auth::SessionToken;
use landfall::db::connect;
use secrecy::SecretString;
use tokio::process::{Child, Command};

use super::client::{Answer, Connection};
use super::cpu;
use super::floor;
use super::workload::{LONG_MESSAGES, LONG_USERS, Needs, USERS, session_id};

pub struct Setup {
    data: tempfile::TempDir,
    server: Child,
    storage: Child,
    address: String,
    tokens: Vec<String>,
}

/// Two ports without a listener. Both are bound before either is free again, so that they differ.
fn free_ports() -> [u16; 2] {
    let bound = [(); 2].map(|()| std::net::TcpListener::bind("127.0.0.1:0").unwrap());
    bound.map(|listener| listener.local_addr().unwrap().port())
}

async fn ask(connection: &mut Connection, path: &str, token: &str) -> Answer {
    let request = format!("GET {path} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {token}\r\n\r\n");
    connection.send(request.as_bytes()).await
}

pub struct Cpu {
    pub server_ms: f64,
    pub postgres_ms: f64,
}

impl Setup {
    pub async fn start() -> Self {
        let data = tempfile::tempdir().unwrap();
        let [port, storage_port] = free_ports();
        // The storage is a separate process, as in production, so that its CPU and memory are not the server's.
        let secret = "of a storage that lives for as long as the measurement";
        let storage = Command::new(env!("CARGO_BIN_EXE_landfall"))
            .args(["storage", "--port", &storage_port.to_string()])
            .env("LANDFALL_DATA", data.path().join("storage"))
            .env("LANDFALL_SECRET", secret)
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        // LANDFALL_BENCH_SERVER is the program of another build, to compare two builds.
        let program = std::env::var_os("LANDFALL_BENCH_SERVER").unwrap_or(env!("CARGO_BIN_EXE_landfall").into());
        let server = Command::new(program)
            .env("PORT", port.to_string())
            .env("LANDFALL_DATA", data.path())
            .env("GARAGE_ENDPOINT", format!("http://127.0.0.1:{storage_port}"))
            .env("GARAGE_REGION", "us-east-1")
            .env("GARAGE_BUCKET", "landfall")
            .env("GARAGE_ACCESS_KEY", "landfall")
            .env("GARAGE_SECRET_KEY", secret)
            .env("LANDFALL_LOG", "warn")
            // Rate limits are off, because few users send all requests.
            .env("LANDFALL_RATE_LIMITS", "false")
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut setup = Self { data, server, storage, address: format!("127.0.0.1:{port}"), tokens: Vec::new() };
        setup.until_ready().await;
        setup.seed().await;
        setup
    }

    async fn until_ready(&self) {
        loop {
            if tokio::net::TcpStream::connect(&self.address).await.is_ok() {
                let mut connection = Connection::open(&self.address).await;
                if connection.send(b"GET /health/ready HTTP/1.1\r\nhost: bench\r\n\r\n").await.status == "200" {
                    return;
                }
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    }

    async fn seed(&mut self) {
        let url = format!("host='{}' user=landfall dbname=landfall", self.socket_dir().display());
        let mut conn = connect(&SecretString::from(url)).await.unwrap();
        for user in 0..USERS {
            let token = SessionToken::generate().unwrap();
            let statements = [
                format!(
                    "INSERT INTO \"user\" (id, key, name, email) OVERRIDING SYSTEM VALUE VALUES ('bench-{user}', {user}, 'bench', 'bench-{user}@example.com')"
                ),
                format!(
                    "INSERT INTO session (id, user_id, token_hash, expires_at) VALUES ('bench-{user}', 'bench-{user}', '\\x{}', now() + interval '1 day')",
                    hex::encode(token.hash())
                ),
                // The session with the messages is the one that changed last.
                format!(
                    "INSERT INTO chat_sessions (owner, id, title, revision, version) VALUES ({user}, '{}', 'bench', 2, 2)",
                    session_id(user)
                ),
                format!(
                    "INSERT INTO chat_sessions (owner, id, title, revision, version) SELECT {user}, gen_random_uuid(), 'bench', 1, 1 FROM generate_series(1, 199)"
                ),
                format!(
                    "INSERT INTO chat_messages (owner, id, session_id, role, content, position, version, created_at)
                     SELECT {user}, gen_random_uuid(), '{}', 'user', repeat('The tide turns. ', 18), (2 << 20) + n, 2, now() FROM generate_series(1, {}) n",
                    session_id(user),
                    if user < LONG_USERS { LONG_MESSAGES } else { 200 },
                ),
                format!(
                    "INSERT INTO projects (owner, id, name, data, revision, version) VALUES ({user}, 'bench', 'bench', '{{}}', 1, 2)"
                ),
                format!("UPDATE user_version SET version = 2 WHERE owner = {user}"),
            ];
            for sql in statements {
                diesel::sql_query(sql).execute(&mut conn).await.unwrap();
            }
            self.tokens.push(token.expose().to_owned());
        }
        for sql in floor::tables(USERS, LONG_USERS, LONG_MESSAGES) {
            diesel::sql_query(sql).execute(&mut conn).await.unwrap();
        }
        if std::env::var("LANDFALL_BENCH_POLICIES").is_ok_and(|policies| policies == "off") {
            let off = "DO $$ DECLARE t regclass; BEGIN
                FOR t IN SELECT oid::regclass FROM pg_class WHERE relrowsecurity LOOP EXECUTE format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY', t); END LOOP; END $$";
            diesel::sql_query(off).execute(&mut conn).await.unwrap();
        }
        diesel::sql_query("VACUUM ANALYZE").execute(&mut conn).await.unwrap();
    }

    /// The values that each user must know before the load starts.
    pub async fn known(&self, needs: Needs, users: usize) -> Vec<String> {
        let path = match needs {
            Needs::Nothing => return vec![String::new(); users],
            Needs::Etag => "/api/sync/init",
            Needs::Cursor => "/api/sync/changes?limit=200",
            Needs::Revision => "/api/projects/bench",
        };
        let mut connection = Connection::open(&self.address).await;
        let mut known = Vec::new();
        for token in &self.tokens[..users] {
            let mut answer = ask(&mut connection, path, token).await;
            if needs == Needs::Etag {
                let etag = answer.head.lines().find_map(|line| line.strip_prefix("etag: "));
                known.push(etag.unwrap().to_owned());
                continue;
            }
            let mut json: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
            if needs == Needs::Revision {
                known.push(json["revision"].to_string());
                continue;
            }
            while json["hasMore"] == true {
                let next = format!("{path}&cursor={}", json["cursor"].as_str().unwrap());
                answer = ask(&mut connection, &next, token).await;
                json = serde_json::from_str(&answer.body).unwrap();
            }
            known.push(json["cursor"].as_str().unwrap().to_owned());
        }
        known
    }

    pub fn cpu(&self) -> Cpu {
        let cluster = self.data.path().canonicalize().unwrap().join("postgres");
        let postmaster = std::fs::read_to_string(cluster.join("postmaster.pid")).unwrap();
        let postmaster = postmaster.lines().next().unwrap().parse().unwrap();
        Cpu { server_ms: cpu::process_ms(self.server_pid(), false), postgres_ms: cpu::cluster_ms(&cluster, postmaster) }
    }

    pub fn server_pid(&self) -> u32 {
        self.server.id().unwrap()
    }

    pub fn address(&self) -> &str {
        &self.address
    }

    pub fn token(&self, user: usize) -> &str {
        &self.tokens[user]
    }

    pub fn dir(&self) -> &Path {
        self.data.path()
    }

    pub fn socket_dir(&self) -> PathBuf {
        self.data.path().canonicalize().unwrap().join("postgres/run")
    }

    /// The machine and the versions.
    pub fn machine(&self) -> String {
        let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let model =
            cpu.lines().find_map(|line| line.strip_prefix("model name\t: ")).unwrap_or("unknown CPU").to_owned();
        let cores = std::thread::available_parallelism().map_or(0, usize::from);
        let version = std::fs::read_to_string(self.dir().join("postgres/PG_VERSION")).unwrap_or_default();
        format!(
            "{cores} cores ({model}), PostgreSQL {} with its stock settings, landfall {}",
            version.trim(),
            env!("CARGO_PKG_VERSION")
        )
    }

    pub async fn tear_down(mut self) {
        self.stop_server();
        self.server.wait().await.unwrap();
        self.storage.kill().await.unwrap();
    }

    fn stop_server(&self) {
        if let Some(pid) = self.server.id().and_then(|id| rustix::process::Pid::from_raw(id as i32)) {
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
        }
    }
}

/// Ends the server of an aborted measurement.
impl Drop for Setup {
    fn drop(&mut self) {
        self.stop_server();
    }
}
