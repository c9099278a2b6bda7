//! Ports for servers that need a fixed one.

use std::net::{TcpListener, UdpSocket};
use std::sync::{Mutex, PoisonError};

use rand::Rng as _;

/// Below the range of ephemeral ports, so that no outgoing connection takes a port while a server restarts.
const RANGE: std::ops::Range<u16> = 20_000..32_000;

/// UDP sockets that reserve their port numbers for this process. The browser tests do the same (harness/ports.mjs).
static HELD: Mutex<Vec<UdpSocket>> = Mutex::new(Vec::new());

/// A TCP port without a listener. No other test gets it until this process ends.
pub fn free_port() -> u16 {
    let mut random = rand::rng();
    loop {
        let port = random.random_range(RANGE);
        let Ok(holder) = UdpSocket::bind(("127.0.0.1", port)) else { continue };
        if TcpListener::bind(("0.0.0.0", port)).is_ok() {
            HELD.lock().unwrap_or_else(PoisonError::into_inner).push(holder);
            return port;
        }
    }
}
