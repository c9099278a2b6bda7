//! Sends spans to the receiver of the settings, by OTLP over HTTP with protobuf. A receiver that is away costs nothing but its spans: the queue is bounded,
//! and what does not fit is dropped.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_http::{HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};
use secrecy::ExposeSecret as _;
use tokio::runtime::Handle;

use super::outgoing;
use crate::config::{ConfigError, Environment, TracesConfig};
use crate::trace::{self, Attribute};

/// The most bytes of an answer that are read. An answer says how many spans were refused.
const MAX_ANSWER_BYTES: usize = 64 * 1024;

/// What sends spans. `stop` sends those that wait.
pub struct Traces(Option<SdkTracerProvider>);

impl Traces {
    /// Begins to trace if the settings name a receiver. Must be called on the runtime that sends.
    ///
    /// # Errors
    /// If the address or a header can't be used.
    pub fn start(config: Option<&TracesConfig>, environment: Environment) -> Result<Self, ConfigError> {
        let Some(config) = config else { return Ok(Self(None)) };
        let unusable = |error: String| ConfigError(format!("OTEL_EXPORTER_OTLP_ENDPOINT can't be used: {error}."));
        let headers = config.headers.iter().map(|(name, value)| (name.clone(), value.expose_secret().to_owned()));
        let client = Sender {
            client: outgoing::client().map_err(unusable)?,
            runtime: Handle::current(),
            is_away: Arc::default(),
        };
        let exporter = SpanExporter::builder()
            .with_http()
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(&config.url)
            .with_headers(headers.collect::<HashMap<_, _>>())
            .with_http_client(client)
            .build()
            .map_err(|error| unusable(error.to_string()))?;
        let environment = environment.into_str();
        let resource = Resource::builder_empty().with_attributes([
            Attribute::new("service.name", config.service.clone()),
            Attribute::new("service.version", env!("CARGO_PKG_VERSION")),
            Attribute::new("deployment.environment.name", environment),
            Attribute::new("langfuse.environment", environment),
            Attribute::new("langfuse.release", env!("CARGO_PKG_VERSION")),
        ]);
        // `trace` has chosen before a span is made.
        let provider = SdkTracerProvider::builder()
            .with_resource(resource.build())
            .with_sampler(Sampler::AlwaysOn)
            .with_batch_exporter(exporter)
            .build();
        trace::install(provider.tracer("landfall"), config.ratio);
        tracing::info!(ratio = config.ratio, "requests and jobs are traced");
        Ok(Self(Some(provider)))
    }

    /// Sends the spans that wait, for 5 s at most.
    pub async fn stop(self) {
        let Some(provider) = self.0 else { return };
        // The provider blocks its thread.
        let stopped = tokio::task::spawn_blocking(move || provider.shutdown()).await;
        if !matches!(stopped, Ok(Ok(()))) {
            tracing::warn!("the last spans could not be sent");
        }
    }
}

/// The client of the exporter, which calls it on a thread without a runtime.
#[derive(Debug, Clone)]
struct Sender {
    client: reqwest::Client,
    runtime: Handle,
    is_away: Arc<AtomicBool>,
}

#[async_trait]
impl HttpClient for Sender {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let request = reqwest::Request::try_from(request)?;
        let client = self.client.clone();
        let answer = self.runtime.spawn(async move {
            let mut answer = client.execute(request).await?;
            let mut body = BytesMut::new();
            while let Some(chunk) = answer.chunk().await?
                && body.len() + chunk.len() <= MAX_ANSWER_BYTES
            {
                body.extend_from_slice(&chunk);
            }
            Ok::<_, reqwest::Error>((answer.status(), body.freeze()))
        });
        // The address may have a secret in it.
        let answer = answer.await?.map_err(reqwest::Error::without_url);
        let is_taken = answer.as_ref().is_ok_and(|(status, _)| status.is_success());
        if self.is_away.swap(!is_taken, Ordering::Relaxed) == is_taken {
            match &answer {
                Ok((status, _)) if is_taken => tracing::info!(%status, "traces are sent again"),
                Ok((status, _)) => tracing::warn!(%status, "traces can't be sent; spans are dropped until they can"),
                Err(error) => tracing::warn!(%error, "traces can't be sent; spans are dropped until they can"),
            }
        }
        let (status, body) = answer?;
        Ok(Response::builder().status(status).body(body)?)
    }
}
