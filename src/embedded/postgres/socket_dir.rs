//! Where the cluster's unix socket is. A socket's path has at most 107 bytes, so a deep data folder gets a short one elsewhere.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

const MAX_SOCKET_PATH_BYTES: usize = 107;
const SOCKET_NAME: &str = ".s.PGSQL.5432";

/// The same folder for the same data every time, so that a later server finds a cluster that an earlier one left.
pub fn for_cluster(cluster_dir: &Path) -> PathBuf {
    let beside = cluster_dir.join("run");
    // One byte for the slash, five for ".lock", which PostgreSQL puts beside the socket.
    if beside.as_os_str().len() + SOCKET_NAME.len() + 6 <= MAX_SOCKET_PATH_BYTES {
        return beside;
    }
    std::env::temp_dir().join(format!("landfall-{}", short_name(cluster_dir)))
}

/// Twelve letters that stand for a path.
pub fn short_name(path: &Path) -> String {
    let digest = Sha256::digest(path.as_os_str().as_encoded_bytes());
    hex::encode(digest.get(..6).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deep_folder_gets_a_short_socket_path_that_is_its_own() {
        let deep = PathBuf::from(format!("/{}", "deep/".repeat(30)));
        let other = deep.join("other");
        assert_eq!(
            for_cluster(Path::new("/home/anna/.landfall/postgres")),
            Path::new("/home/anna/.landfall/postgres/run")
        );
        assert!(for_cluster(&deep).as_os_str().len() < 80);
        assert_eq!(for_cluster(&deep), for_cluster(&deep));
        assert_ne!(for_cluster(&deep), for_cluster(&other));
    }
}
