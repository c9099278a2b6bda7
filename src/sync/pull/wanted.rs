//! The collections that a device wants to pull. A request may have any number of names, so an answer names a limited number of those that are unknown.

use crate::sync::registry::{Kind, Registry};

/// The most unknown names in an answer, and the most bytes of them.
const MAX_UNKNOWN: usize = 50;
const MAX_UNKNOWN_BYTES: usize = 4 * 1024;

/// The collections that a device wants to pull.
#[derive(Default)]
pub struct Wanted {
    /// Each once, in the order of the request.
    pub kinds: Vec<Kind>,
    /// Unknown names, of a newer client. Each once, the first ones only.
    pub unknown: Vec<String>,
    /// The number of unknown names that are not in `unknown`.
    pub unknown_omitted: u64,
}

impl Wanted {
    /// The kinds of these names, in their order. `None`: all that sync.
    pub fn of<'n>(kinds: &Registry, names: Option<impl Iterator<Item = &'n str>>) -> Self {
        let Some(names) = names else { return Self { kinds: kinds.synced().cloned().collect(), ..Self::default() } };
        let mut wanted = Self::default();
        let mut bytes = 0;
        for name in names.map(str::trim) {
            match kinds.find(name) {
                Some(kind) if wanted.kinds.iter().any(|known| known.name() == kind.name()) => {}
                Some(kind) => wanted.kinds.push(kind.clone()),
                None if wanted.unknown.iter().any(|known| known == name) => {}
                None if wanted.unknown.len() < MAX_UNKNOWN && bytes + name.len() <= MAX_UNKNOWN_BYTES => {
                    bytes += name.len();
                    wanted.unknown.push(name.to_owned());
                }
                None => wanted.unknown_omitted += 1,
            }
        }
        wanted
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::registry;

    fn of(names: &[&str]) -> Wanted {
        Wanted::of(&registry(), Some(names.iter().copied()))
    }

    #[test]
    fn names_count_once() {
        let wanted = of(&["tags", "dreams", " tags ", "projects", "dreams"]);
        let kinds: Vec<&str> = wanted.kinds.iter().map(|kind| kind.name()).collect();
        assert_eq!(kinds, ["tags", "projects"]);
        assert_eq!((wanted.unknown, wanted.unknown_omitted), (vec!["dreams".to_owned()], 0));
    }

    #[test]
    fn collection_that_stays_on_devices_is_pulled_by_its_name_only() {
        let names = |wanted: Wanted| wanted.kinds.iter().map(|kind| kind.name()).collect::<Vec<_>>();
        assert_eq!(names(of(&["apiKeys"])), ["apiKeys"]);
        let all = names(Wanted::of(&registry(), None::<std::iter::Empty<&str>>));
        assert!(all.contains(&"tags") && !all.contains(&"apiKeys"), "{all:?}");
    }

    #[test]
    fn unknown_names_are_bounded_by_number_and_bytes() {
        let names: Vec<String> = (0..200).map(|n| format!("c{n}")).collect();
        let wanted = of(&names.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!((wanted.unknown.len(), wanted.unknown_omitted), (50, 150));
        let long = "x".repeat(MAX_UNKNOWN_BYTES);
        let wanted = of(&[&format!("{long}y"), &long, "z", "tags"]);
        assert_eq!((wanted.unknown, wanted.unknown_omitted, wanted.kinds.len()), (vec![long], 2, 1));
    }
}
