//! `landfall health`.

use super::{http, output};
use crate::boot::BootError;
use crate::config::{Config, ServerConfig};

/// Asks the server of this machine whether it answers, or with `ready` whether it can serve requests.
///
/// # Errors
/// What the command prints as its failure.
pub async fn health(config: Config, ready: bool) -> Result<(), BootError> {
    let url = format!("{}/health/{}", address(&config.server), if ready { "ready" } else { "live" });
    let answer = http::client()?.get(&url).send().await;
    let answer = answer.map_err(|error| BootError::Other(format!("No server answers: {}", http::why(&error))))?;
    let status = answer.status();
    let text = answer.text().await.unwrap_or_default();
    if !status.is_success() {
        return Err(BootError::Other(format!("{url} answered {}: {text}", status.as_u16())));
    }
    output::print(&format!("{text}\n"));
    Ok(())
}

/// Where the server listens, as this machine reaches it. The health listener is preferred, because it answers when clients use all connections.
fn address(server: &ServerConfig) -> String {
    let host = match server.host.as_str() {
        "0.0.0.0" => "127.0.0.1".to_owned(),
        "::" | "[::]" => "[::1]".to_owned(),
        host if host.contains(':') && !host.starts_with('[') => format!("[{host}]"),
        host => host.to_owned(),
    };
    format!("http://{host}:{}", server.health_port.unwrap_or(server.port))
}

#[cfg(test)]
mod tests {
    use super::address;
    use crate::config::{Config, Env};

    #[test]
    fn address_is_one_that_this_machine_reaches() {
        let of = |host: &str, health_port: &str| {
            let env = Env::from_pairs([("HOST", host), ("PORT", "80"), ("LANDFALL_HEALTH_PORT", health_port)]);
            Config::from_env(&env).map(|config| address(&config.server)).map_err(|error| error.0)
        };
        assert_eq!(of("0.0.0.0", ""), Ok("http://127.0.0.1:80".to_owned()));
        assert_eq!(of("::", "81"), Ok("http://[::1]:81".to_owned()));
        assert_eq!(of("fd00::1", ""), Ok("http://[fd00::1]:80".to_owned()));
        assert_eq!(of("10.0.0.1", ""), Ok("http://10.0.0.1:80".to_owned()));
    }
}
