mod batch;
mod batch_refusals;
mod messages;
mod sessions;
