//! Attacks on a server with 512 MiB of address space, while a bystander goes on working. Each attack is answered within the limits: the process lives,
//! and every request of the bystander and every `/health/live` succeeds. The table that is printed shows what each attack costs.
//!
//! Durations are printed. They are asserted in `make soak` only, because another load on the machine changes them.

mod accounts;
mod answers;
mod bodies;
mod bystander;
mod connections;
mod setup;

use std::time::Duration;

use setup::Setup;

/// The longest wait of the bystander, where durations are asserted.
const SLOWEST: Duration = Duration::from_secs(1);

// The bystander has threads of its own, so that the work of an attacker doesn't delay it in the test.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_attack_ends_the_server_or_stops_a_bystander() {
    let setup = Setup::start().await;
    setup.print_head();
    macro_rules! attacks {
        ($($attack:path),+ $(,)?) => { $( setup.measure(stringify!($attack), $attack(&setup)).await; )+ };
    }
    attacks![
        bodies::brotli_of_a_stranger,
        bodies::bombs_of_a_stranger,
        bodies::bombs_of_a_person,
        bodies::bombs_to_the_import,
        bodies::packed_bodies_that_stand_still,
        bodies::large_bodies_that_stand_still,
        bodies::parts_that_stand_still,
        bodies::numbers_that_grow,
        bodies::deep_nesting,
        answers::pages_of_large_messages,
        answers::conflicts_of_a_large_document,
        answers::pointers_to_many_secrets,
        answers::answers_that_nobody_reads,
        accounts::imports_of_chains_and_cycles,
        accounts::reads_that_are_cut_off,
        accounts::tokens_that_nobody_has,
        accounts::sessions_without_number,
        accounts::event_streams_of_one_person,
        connections::idle_connections_of_one_stranger,
        connections::slow_heads,
    ];
    setup.end().await;
}
