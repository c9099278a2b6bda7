//! A transaction pooler: it gives a client a connection to PostgreSQL for a transaction, and does not know prepared statements. PgBouncer does so with
//! `pool_mode=transaction` and `max_prepared_statements=0`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::{Mutex, Semaphore};

struct Pool {
    idle: Mutex<Vec<UnixStream>>,
    free: Semaphore,
    /// What PostgreSQL said when the connections were opened.
    greeting: Vec<u8>,
    target: (PathBuf, String, String),
}

/// The port of a pooler with `size` connections to the database.
pub async fn start(socket_dir: &Path, user: &str, database: &str, size: usize) -> u16 {
    let target = (socket_dir.to_owned(), user.to_owned(), database.to_owned());
    let mut idle = Vec::new();
    let mut greeting = Vec::new();
    for _ in 0..size {
        let (stream, said) = connect(socket_dir, user, database).await;
        idle.push(stream);
        greeting = said;
    }
    let pool = Arc::new(Pool { idle: Mutex::new(idle), free: Semaphore::new(size), greeting, target });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let pool = pool.clone();
            tokio::spawn(async move {
                let mut server = None;
                let _ = serve(client, &pool, &mut server).await;
                if server.is_some() {
                    // The client left inside a transaction: its connection ends, and another one takes its place.
                    let (dir, user, database) = &pool.target;
                    let (stream, _) = connect(dir, user, database).await;
                    pool.idle.lock().await.push(stream);
                    pool.free.add_permits(1);
                }
            });
        }
    });
    port
}

async fn connect(socket_dir: &Path, user: &str, database: &str) -> (UnixStream, Vec<u8>) {
    let mut stream = UnixStream::connect(socket_dir.join(".s.PGSQL.5432")).await.unwrap();
    let body = format!("\0\u{3}\0\0user\0{user}\0database\0{database}\0\0");
    stream.write_u32(body.len() as u32 + 4).await.unwrap();
    stream.write_all(body.as_bytes()).await.unwrap();
    let mut settings = Vec::new();
    loop {
        let message = read(&mut stream).await.unwrap();
        match message[0] {
            b'S' => settings.extend(message),
            b'Z' => return (stream, settings),
            b'E' => panic!("{}", String::from_utf8_lossy(&message)),
            _ => {}
        }
    }
}

/// One message with its head.
async fn read(stream: &mut (impl tokio::io::AsyncRead + Unpin)) -> std::io::Result<Vec<u8>> {
    let mut message = vec![0; 5];
    stream.read_exact(&mut message).await?;
    let size = u32::from_be_bytes(message[1..5].try_into().unwrap()) as usize;
    message.resize(size + 1, 0);
    stream.read_exact(&mut message[5..]).await?;
    Ok(message)
}

async fn serve(mut client: TcpStream, pool: &Pool, server: &mut Option<UnixStream>) -> std::io::Result<()> {
    let size = client.read_u32().await?;
    let mut startup = vec![0; size as usize - 4];
    client.read_exact(&mut startup).await?;
    client.write_all(b"R\0\0\0\x08\0\0\0\0").await?;
    client.write_all(&pool.greeting).await?;
    client.write_all(b"K\0\0\0\x0c\0\0\0\x01\0\0\0\x01Z\0\0\0\x05I").await?;
    let mut waiting = Vec::new();
    loop {
        let message = read(&mut client).await?;
        if message[0] == b'X' {
            return Ok(());
        }
        let is_complete = matches!(message[0], b'S' | b'Q');
        waiting.extend(message);
        if !is_complete {
            continue;
        }
        if server.is_none() {
            pool.free.acquire().await.unwrap().forget();
            *server = pool.idle.lock().await.pop();
        }
        let conn = server.as_mut().unwrap();
        conn.write_all(&std::mem::take(&mut waiting)).await?;
        loop {
            let answer = read(conn).await?;
            client.write_all(&answer).await?;
            if answer[0] == b'Z' {
                if answer[5] == b'I' {
                    pool.idle.lock().await.extend(server.take());
                    pool.free.add_permits(1);
                }
                break;
            }
        }
    }
}
