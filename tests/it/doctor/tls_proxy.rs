//! A proxy that ends TLS in front of a server, with one of the tests' certificates.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

pub struct TlsProxy {
    pub port: u16,
}

impl TlsProxy {
    /// Passes each request on to `url`, one per connection. It ends with the process of the test.
    pub fn start(url: &str, certificate: &str) -> Self {
        let file = |ending: &str| {
            Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/it/db/certificates/{certificate}.{ending}"))
        };
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let chain = vec![CertificateDer::from_pem_file(file("pem")).unwrap()];
        let key = PrivateKeyDer::from_pem_file(file("key")).unwrap();
        let config = Arc::new(config.with_no_client_auth().with_single_cert(chain, key).unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = url.trim_start_matches("http://").to_owned();
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let tls = StreamOwned::new(ServerConnection::new(config.clone()).unwrap(), client.unwrap());
                // A client that does not trust the certificate ends the connection.
                let _ = pass_on(tls, &server);
            }
        });
        Self { port }
    }
}

fn pass_on(mut client: StreamOwned<ServerConnection, TcpStream>, server: &str) -> std::io::Result<()> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        client.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    head.truncate(head.len() - 2);
    head.extend(b"connection: close\r\n\r\n");
    let mut server = TcpStream::connect(server)?;
    server.write_all(&head)?;
    let mut answer = Vec::new();
    server.read_to_end(&mut answer)?;
    client.write_all(&answer)?;
    client.conn.send_close_notify();
    client.flush()
}
