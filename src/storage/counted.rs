//! Counts and traces the requests to the storage, by the name of their operation. Keys, which have ids of users and names of files, are not read.

use std::fmt;
use std::time::{Instant, SystemTime};

use aws_sdk_s3::config::interceptors::{BeforeSerializationInterceptorContextRef, FinalizerInterceptorContextRef};
use aws_sdk_s3::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_s3::error::BoxError;
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use aws_smithy_types::config_bag::{Storable, StoreReplace};

use crate::counts::Counts;
use crate::trace::{self, Attribute, Trace};

/// Sees the start and the end of each request, retries included.
pub struct Counted(pub Counts);

/// When a request began, and of what trace it is a part.
#[derive(Debug)]
struct Began(Instant, Option<(Trace, SystemTime)>);

impl Storable for Began {
    type Storer = StoreReplace<Self>;
}

impl fmt::Debug for Counted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Counted")
    }
}

impl Intercept for Counted {
    fn name(&self) -> &'static str {
        "Counted"
    }

    fn read_before_execution(
        &self,
        _: &BeforeSerializationInterceptorContextRef<'_>,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        cfg.interceptor_state()
            .store_put(Began(Instant::now(), trace::current().map(|trace| (trace, SystemTime::now()))));
        Ok(())
    }

    fn read_after_execution(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let (Some(Began(began, trace)), Some(request)) = (cfg.load::<Began>(), cfg.load::<Metadata>()) else {
            return Ok(());
        };
        let status = context.response().map(|response| response.status().as_u16());
        let result = match (context.output_or_error(), status) {
            (Some(Ok(_)), _) => "ok",
            // An object that does not exist is an answer like others.
            (_, Some(status)) if status < 500 => "refused",
            _ => "unavailable",
        };
        self.0.storage(request.name(), result, *began);
        if let Some((trace, began)) = trace {
            let attributes = [("rpc.system", "aws-api"), ("rpc.service", "S3"), ("landfall.result", result)];
            let attributes = attributes.map(|(name, value)| Attribute::new(name, value)).into();
            trace::record(trace, format!("S3 {}", request.name()), *began, attributes, result == "unavailable");
        }
        Ok(())
    }
}
