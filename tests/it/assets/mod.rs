//! `/api/assets/*`. The same tests run on the embedded storage and on a real Garage (`make test-garage`).

mod attacks;
mod multipart;
mod presign;
mod quota;
mod read;
mod reconcile;
mod register;
mod storage_away;
mod sync;
mod types;
