//! Rows that depend on one other row each: on their parent, or on the row whose name they take. One pass finds all rows that depend on a missing
//! row, however long the chains are.

/// What a row depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    Nothing,
    /// It is missing.
    Lost,
    /// The row of this number.
    Row(u32),
}

/// Rows by number.
#[derive(Default)]
pub struct Forest {
    needs: Vec<Need>,
    /// Whether another row stays in the place of a lost one.
    has_stored: Vec<bool>,
}

/// The rows that depend on a row that can't be there, by number.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Blocked {
    /// Their chain ends at a missing row.
    pub lost: Vec<u32>,
    /// They are in a circle.
    pub circular: Vec<u32>,
    /// Their chain leads to a circle.
    pub hanging: Vec<u32>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Unknown,
    /// On the chain that is followed now.
    Open,
    Met,
    Lost,
    Circular,
    Hanging,
}

impl Forest {
    /// Adds a row. Rows that are not added need nothing. `has_stored`: if it is lost, another row stays in its place, so that the rows that need it are not.
    pub fn add(&mut self, row: u32, need: Need, has_stored: bool) {
        let row = row as usize;
        if self.needs.len() <= row {
            self.needs.resize(row + 1, Need::Nothing);
            self.has_stored.resize(row + 1, false);
        }
        self.needs[row] = need;
        self.has_stored[row] = has_stored;
    }

    /// Follows each chain once.
    pub fn blocked(&self) -> Blocked {
        let mut states = vec![State::Unknown; self.needs.len()];
        let mut blocked = Blocked::default();
        let mut chain = Vec::new();
        for start in 0..self.needs.len() {
            let mut at = start;
            // What the last row of the chain needs.
            let mut next = loop {
                match states.get(at).copied().unwrap_or(State::Met) {
                    State::Unknown => {}
                    State::Open => break State::Open,
                    State::Lost if self.has_stored[at] => break State::Met,
                    known => break known,
                }
                states[at] = State::Open;
                chain.push(at);
                match self.needs[at] {
                    Need::Nothing => break State::Met,
                    Need::Lost => break State::Lost,
                    Need::Row(needed) => at = needed as usize,
                }
            };
            for row in chain.drain(..).rev() {
                let state = match next {
                    State::Open => State::Circular,
                    State::Circular => State::Hanging,
                    known => known,
                };
                states[row] = state;
                next = match state {
                    State::Lost if self.has_stored[row] => State::Met,
                    // The first row of the circle ends it.
                    State::Circular if row != at => State::Open,
                    known => known,
                };
            }
        }
        for (row, state) in states.into_iter().enumerate() {
            match state {
                State::Lost => blocked.lost.push(row as u32),
                State::Circular => blocked.circular.push(row as u32),
                State::Hanging => blocked.hanging.push(row as u32),
                State::Unknown | State::Open | State::Met => {}
            }
        }
        blocked
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocked(needs: &[Need], has_stored: &[usize]) -> Blocked {
        let mut forest = Forest::default();
        for (row, need) in needs.iter().enumerate().rev() {
            forest.add(row as u32, *need, has_stored.contains(&row));
        }
        forest.blocked()
    }

    #[test]
    fn rows_above_a_missing_row_are_lost_and_rows_above_a_circle_hang() {
        use Need::{Lost, Nothing, Row};
        let needs = [Nothing, Row(0), Row(1), Lost, Row(3), Row(4), Row(7), Row(8), Row(7), Row(6), Row(10), Row(99)];
        let expected = Blocked { lost: vec![3, 4, 5], circular: vec![7, 8, 10], hanging: vec![6, 9] };
        assert_eq!(blocked(&needs, &[]), expected);
        assert_eq!(blocked(&needs, &[4]).lost, [3, 4], "a stored row stays in the place of row 4");
        assert_eq!(blocked(&needs, &[3]).lost, [3]);
        assert_eq!(blocked(&[Row(1), Row(2), Lost], &[1]).lost, [1, 2]);
        assert_eq!(blocked(&[], &[]), Blocked::default());
    }

    #[test]
    fn long_chain_is_followed_from_both_ends() {
        const ROWS: u32 = 1_000_000;
        let chain: Vec<Need> = (0..ROWS).map(|row| if row == 0 { Need::Lost } else { Need::Row(row - 1) }).collect();
        assert_eq!(blocked(&chain, &[]).lost.len(), ROWS as usize);
        let circle: Vec<Need> = (0..ROWS).map(|row| Need::Row((row + 1) % ROWS)).collect();
        assert_eq!(blocked(&circle, &[]).circular.len(), ROWS as usize);
    }
}
