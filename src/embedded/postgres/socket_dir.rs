//! The folder of the cluster's unix socket. A socket's path has at most 107 bytes, so a deep data folder gets a short socket folder elsewhere.

use std::path::{Path, PathBuf};

use ring::digest::{SHA256, digest};

const MAX_SOCKET_PATH_BYTES: usize = 107;
const SOCKET_NAME: &str = ".s.PGSQL.5432";

/// The socket folder of a cluster. It is the same for every start, so that a later server finds a running cluster.
pub fn for_cluster(cluster_dir: &Path) -> PathBuf {
    let beside = cluster_dir.join("run");
    // One byte is for the slash and five are for ".lock", which PostgreSQL puts beside the socket.
    if beside.as_os_str().len() + SOCKET_NAME.len() + 6 <= MAX_SOCKET_PATH_BYTES {
        return beside;
    }
    std::env::temp_dir().join(format!("landfall-{}", short_name(cluster_dir)))
}

/// Twelve hex digits of a hash of the path.
pub fn short_name(path: &Path) -> String {
    let hash = digest(&SHA256, path.as_os_str().as_encoded_bytes());
    hex::encode(hash.as_ref().get(..6).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deep_data_folder_gets_a_short_unique_socket_path() {
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
