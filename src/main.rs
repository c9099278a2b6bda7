//! The `landfall` program.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    use_small_pages();
    return_freed_memory();
    landfall::cli::main()
}

/// Turns huge pages off. The allocator asks for pages of 2 MiB, and many of them would stay nearly empty: at rest the process would take twice the memory.
/// A system that refuses this costs memory only.
fn use_small_pages() {
    #[cfg(target_os = "linux")]
    rustix::thread::disable_transparent_huge_pages(true).ok();
}

/// Lets the allocator return freed pages to the system at once. It returns them later only while it is called, so that a server at rest would keep what
/// its start or its last large request has freed: 16 MiB and more.
#[expect(unsafe_code, reason = "the allocator's options have no safe function")]
fn return_freed_memory() {
    /// `mi_option_purge_delay` of mimalloc.h, in milliseconds.
    const PURGE_DELAY: libmimalloc_sys::mi_option_t = 15;
    // SAFETY: the call stores a number, before any other thread runs.
    unsafe { libmimalloc_sys::mi_option_set(PURGE_DELAY, 0) };
}
