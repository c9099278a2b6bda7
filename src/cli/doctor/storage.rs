//! The bucket: its rights, its CORS rules, the clock of the storage, and the address for browsers.

use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use reqwest::{Client, Method, Response};
use uuid::Uuid;

use super::clock;
use super::configuration::is_loopback;
use super::report::Finding;
use crate::boot::storage::origins;
use crate::cli::http;
use crate::config::{Config, StorageConfig};
use crate::storage::{SignedLink, Storage, StorageError};

/// Objects of the checks. No user's key begins like this.
const FOLDER: &str = "landfall-doctor";
const BYTES: &[u8] = b"landfall doctor";
const LINK_TTL: Duration = Duration::from_secs(60);

/// All checks of the storage. Without an answer of the bucket there are no others.
pub async fn check(config: &Config) -> Vec<Finding> {
    let Some(settings) = &config.storage else {
        return vec![Finding::skipped("storage", "no object storage is set: the server starts its own")];
    };
    let storage = Storage::new(settings);
    if let Err(error) = storage.check().await {
        return vec![Finding::error(
            "storage.bucket",
            brief(&error),
            "check the endpoint, the key and that the bucket exists; its settings are GARAGE_*, S3_* and AWS_*, or R2_*",
        )];
    }
    let mut checks = vec![Finding::ok("storage.bucket", format!("the bucket {} answers", settings.bucket))];
    checks.push(match try_rights(&storage).await {
        Ok(()) => Finding::ok("storage.rights", "the key may write, read, copy, list and delete objects, also in parts"),
        Err((what, error)) => Finding::error(
            "storage.rights",
            format!("the key can't {what}: {}", brief(&error)),
            "let the key read and write the bucket (Garage: `garage bucket allow --read --write --owner BUCKET --key KEY`)",
        ),
    });
    checks.extend(by_http(config, settings).await);
    checks
}

/// The error without the form for programmers that follows its causes: ` (ServiceError(..`.
fn brief(error: &StorageError) -> String {
    let text = error.to_string();
    let is_form = |at: usize| {
        let rest = &text[at + 2..];
        let end = rest.find(|letter: char| !letter.is_ascii_alphanumeric()).unwrap_or_default();
        end > 0 && rest[end..].starts_with('(')
    };
    let form = text.match_indices(" (").find(|(at, _)| is_form(*at));
    form.map_or(text.clone(), |(at, _)| text[..at].to_owned())
}

/// Does with objects of its own what a server does with those of users.
async fn try_rights(storage: &Storage) -> Result<(), (&'static str, StorageError)> {
    let name = format!("{FOLDER}/{}", Uuid::new_v4());
    let copy = format!("{name}-copy");
    let what = |what: &'static str| move |error| (what, error);
    let etag = storage.put(&name, "text/plain", Bytes::from_static(BYTES)).await.map_err(what("write an object"))?;
    let tried = async {
        let read = storage.first_bytes(&name).await.map_err(what("read an object"))?;
        if read != BYTES {
            return Err(("read an object", StorageError::Refused("the bytes are not those that were written".into())));
        }
        storage.copy(&name, &etag, &copy, "text/plain").await.map_err(what("copy an object"))?;
        if storage.list(&name).await.map_err(what("list objects"))?.len() != 2 {
            return Err(("list objects", StorageError::Refused("the list lacks an object that was written".into())));
        }
        let upload = storage.begin_parts(&name, "text/plain").await.map_err(what("begin an upload in parts"))?;
        storage.abort_parts(&name, &upload).await.map_err(what("abort an upload in parts"))
    };
    let tried = tried.await;
    let removed = storage.delete(&[name, copy]).await.map_err(what("delete objects"));
    tried.and(removed)
}

/// What browsers need: CORS rules, a clock that accepts the links, and an address.
async fn by_http(config: &Config, settings: &StorageConfig) -> Vec<Finding> {
    let client = match http::client() {
        Ok(client) => client,
        Err(error) => return vec![Finding::error("storage.cors", error.to_string(), "install ca-certificates")],
    };
    // The rules belong to the bucket, so the server's own address shows them too. The one for browsers may not lead here from this machine.
    let from_here = Storage::new(&StorageConfig { public_endpoint: None, ..settings.clone() });
    let mut checks = Vec::new();
    for origin in origins(config) {
        let origin = if origin == "*" { config.server.public_url.clone() } else { origin };
        match preflight(&client, &from_here, &origin).await {
            Ok((answer, here)) => {
                if checks.is_empty() {
                    checks.push(compare_clocks(&answer, here));
                }
                checks.push(cors(&answer, &origin));
            }
            Err(error) => checks.push(Finding::error("storage.cors", error, "check the endpoint of the storage")),
        }
    }
    checks.push(public_endpoint(config, settings, &client).await);
    checks
}

/// What a browser asks before it uploads to a link. The answer, and the time of this machine when it was given.
async fn preflight(client: &Client, storage: &Storage, origin: &str) -> Result<(Response, DateTime<Utc>), String> {
    let link = upload_link(storage).await.map_err(|error| brief(&error))?;
    let before = Utc::now();
    let request = client
        .request(Method::OPTIONS, link.url)
        .header("origin", origin)
        .header("access-control-request-method", "PUT")
        .header("access-control-request-headers", "content-type");
    let answer = request.send().await.map_err(|error| http::why(&error.without_url()))?;
    Ok((answer, before + (Utc::now() - before) / 2))
}

async fn upload_link(storage: &Storage) -> Result<SignedLink, StorageError> {
    let key = format!("{FOLDER}/{}", Uuid::new_v4());
    storage.upload_link(&key, "text/plain", BYTES.len() as i64, None, LINK_TTL).await
}

fn cors(answer: &Response, origin: &str) -> Finding {
    let value = |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let allowed = value("access-control-allow-origin");
    let methods = value("access-control-allow-methods");
    let allows = answer.status().is_success()
        && (allowed == "*" || allowed == origin)
        && (methods.contains("PUT") || methods.contains('*'));
    match allows {
        true => Finding::ok("storage.cors", format!("pages of {origin} may use links")),
        false => Finding::error(
            "storage.cors",
            format!("pages of {origin} can't use links: a preflight was answered with {}", answer.status().as_u16()),
            "allow GET, HEAD and PUT with all headers from this origin, and expose ETag; a server whose key owns the bucket sets this at its start \
             where the bucket has no rules",
        ),
    }
}

fn compare_clocks(answer: &Response, here: DateTime<Utc>) -> Finding {
    let check = "storage.clock";
    let date = answer.headers().get("date").and_then(|date| date.to_str().ok());
    match date.and_then(|date| DateTime::parse_from_rfc2822(date).ok()) {
        Some(there) => clock::compare(check, "the storage", there.with_timezone(&Utc), here),
        None => Finding::skipped(check, "the storage does not tell its time"),
    }
}

/// The address in links. Only its being reachable is checked, and only from here.
async fn public_endpoint(config: &Config, settings: &StorageConfig, client: &Client) -> Finding {
    let check = "storage.public_address";
    let origin = match Storage::new(settings).origin_of_links().await {
        Ok(origin) => origin,
        Err(error) => return Finding::error(check, error.to_string(), "check LANDFALL_STORAGE_PUBLIC_URL"),
    };
    let advice = "set LANDFALL_STORAGE_PUBLIC_URL to the address at which browsers reach the storage";
    if config.server.is_https() && !origin.starts_with("https://") {
        return Finding::error(check, format!("links lead to {origin}, which pages with https may not use"), advice);
    }
    if !is_loopback(&config.server.public_url) && is_loopback(&origin) {
        return Finding::error(check, format!("links lead to {origin}, which no other machine reaches"), advice);
    }
    match client.get(&origin).send().await {
        Ok(_) => Finding::ok(check, format!("links lead to {origin}, which answers")),
        Err(error) => Finding::warning(
            check,
            format!("{origin} does not answer from here: {}", http::why(&error.without_url())),
            "check that browsers reach it; from inside a container that may be the only place",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::brief;
    use crate::storage::StorageError;

    #[test]
    fn error_ends_before_the_form_for_programmers() {
        let of = |text: &str| brief(&StorageError::Unavailable(text.to_owned()));
        assert_eq!(
            of("client error (Connect): refused (DispatchFailure(DispatchFailure { .. }))"),
            "object storage: unavailable: client error (Connect): refused"
        );
        assert_eq!(of("no answer (x)"), "object storage: unavailable: no answer (x)");
    }
}
