//! The turns of a conversation that is a tree of messages: what the user says and what is answered. The newest line of messages is the conversation; other
//! versions of a turn, and what followed them, are below the turn of that line. Each message is in one turn, and the time is linear.

use super::chat::{Message, Role};

/// A prompt and the answer to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// The index of the user's message.
    pub user: Option<usize>,
    /// The indexes of the answer's messages.
    pub replies: Vec<usize>,
    /// The place in the conversation, from 0.
    pub index: usize,
    /// The index of the turn of which this is another version.
    pub version_of: Option<usize>,
}

/// The turns, those of the conversation's line first among their versions. `current`: the message that is shown last. Messages in a circle are left out.
pub fn turns(messages: &[Message], current: Option<usize>) -> Vec<Turn> {
    let mut children = vec![Vec::new(); messages.len()];
    let mut roots = Vec::new();
    for (place, message) in messages.iter().enumerate() {
        match message.parent {
            Some(parent) => children[parent].push(place),
            None => roots.push(place),
        }
    }
    let line = line(messages, &children, &roots, current);
    let mut turns: Vec<Turn> = Vec::new();
    // The turns of the line, by their places in the conversation.
    let mut main: Vec<usize> = Vec::new();
    // Open messages, each with the turn that its parent belongs to, and whether it may continue that turn. The next one is the last.
    let mut open: Vec<(usize, Option<usize>, bool)> = Vec::new();
    push(&mut open, &roots, None, &line);
    while let Some((place, above, is_first)) = open.pop() {
        let message = &messages[place];
        let before = above.map(|turn| (turn, &turns[turn]));
        let turn = match message.role {
            Role::Hidden => above,
            Role::Assistant if is_first && above.is_some() => {
                if let Some(turn) = above.and_then(|turn| turns.get_mut(turn)) {
                    turn.replies.push(place);
                }
                above
            }
            role => {
                let user = match role {
                    Role::User => Some(place),
                    _ => before.and_then(|(_, turn)| turn.user),
                };
                // A turn of the line follows the one before. Any other is a version of the turn that it stands beside.
                let beside = match before {
                    Some((_, Turn { version_of: Some(beside), .. })) => Some(*beside),
                    Some((_, turn)) if role == Role::User => main.get(turn.index + 1).or(main.last()).copied(),
                    Some((before, _)) => Some(before),
                    None => main.first().copied(),
                };
                let version_of = if line[place] { None } else { beside };
                let index = version_of.map_or(main.len(), |beside| turns[beside].index);
                if version_of.is_none() {
                    main.push(turns.len());
                }
                let replies = if role == Role::User { Vec::new() } else { vec![place] };
                turns.push(Turn { user, replies, index, version_of });
                Some(turns.len() - 1)
            }
        };
        push(&mut open, &children[place], turn, &line);
    }
    turns
}

/// Opens siblings. The one on the line is first, and continues the turn of their parent.
fn push(open: &mut Vec<(usize, Option<usize>, bool)>, siblings: &[usize], turn: Option<usize>, line: &[bool]) {
    let first = siblings.iter().copied().find(|place| line[*place]).or(siblings.first().copied());
    let others = siblings.iter().copied().filter(|place| Some(*place) != first);
    open.extend(others.map(|place| (place, turn, false)).collect::<Vec<_>>().into_iter().rev());
    open.extend(first.map(|place| (place, turn, true)));
}

/// Whether each message is on the line that is shown: the current message and those before it, or the newest of all versions.
fn line(messages: &[Message], children: &[Vec<usize>], roots: &[usize], current: Option<usize>) -> Vec<bool> {
    let mut line = vec![false; messages.len()];
    let mut last = current;
    if last.is_none() {
        let mut next = roots.last().copied();
        while let Some(place) = next {
            last = next;
            next = children[place].last().copied();
        }
    }
    while let Some(place) = last.filter(|place| !line[*place]) {
        line[place] = true;
        last = messages[place].parent;
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(parent: Option<usize>, role: Role) -> Message {
        Message { parent, role, ..Message::default() }
    }

    /// User, replies, index and the turn beside it.
    type Short = (Option<usize>, Vec<usize>, usize, Option<usize>);

    fn short(messages: &[Message], current: Option<usize>) -> Vec<Short> {
        turns(messages, current)
            .into_iter()
            .map(|turn| (turn.user, turn.replies, turn.index, turn.version_of))
            .collect()
    }

    #[test]
    fn versions_and_what_follows_them_are_beside_the_line() {
        use Role::{Assistant, Hidden, User};
        let tree = [
            message(None, Hidden),
            message(Some(0), User),
            message(Some(1), Assistant),
            message(Some(1), Assistant),
            message(Some(2), User),
            message(Some(4), Assistant),
            message(Some(3), User),
        ];
        let newest = [
            (Some(1), vec![3], 0, None),
            (Some(6), vec![], 1, None),
            (Some(1), vec![2], 0, Some(0)),
            (Some(4), vec![5], 0, Some(0)),
        ];
        assert_eq!(short(&tree, None), newest);
        let current = [
            (Some(1), vec![2], 0, None),
            (Some(4), vec![5], 1, None),
            (Some(1), vec![3], 0, Some(0)),
            (Some(6), vec![], 0, Some(0)),
        ];
        assert_eq!(short(&tree, Some(5)), current);
        assert_eq!(short(&[message(None, Assistant)], None), [(None, vec![0], 0, None)]);
        assert_eq!(short(&[], None), []);
        let circle = [message(Some(1), User), message(Some(0), User)];
        assert_eq!(short(&circle, Some(0)), []);
    }

    #[test]
    fn time_is_linear() {
        // A long line with another version beside each message.
        let mut messages = vec![message(None, Role::User)];
        for step in 0..200_000 {
            let parent = (step * 2_usize).saturating_sub(1).min(messages.len() - 1);
            messages.push(message(Some(parent), Role::Assistant));
            messages.push(message(Some(parent), Role::User));
        }
        let replies: usize = turns(&messages, None).iter().map(|turn| turn.replies.len()).sum();
        assert_eq!(replies, 200_000);
    }
}
