//! The `landfall` program.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    use_small_pages();
    landfall::cli::main()
}

/// Turns huge pages off. The allocator asks for pages of 2 MiB, and many of them would stay nearly empty: at rest the process would take twice the memory.
/// A system that refuses this costs memory only.
fn use_small_pages() {
    #[cfg(target_os = "linux")]
    rustix::thread::disable_transparent_huge_pages(true).ok();
}
