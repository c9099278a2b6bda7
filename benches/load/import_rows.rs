//! Rows per second of imports: into an account that has as many rows already, a chain of projects, and a circle of projects.

use std::time::Instant;

use super::client::Connection;
use super::setup::Setup;

/// Rows of about 250 bytes, 100 MB of them.
const ROWS: usize = 400_000;
const PROJECTS: usize = 20_000;
const ROWS_IN_PIECE: usize = 200;
/// Importing users, who do nothing else.
const USERS: [usize; 3] = [101, 102, 103];

pub async fn measure(setup: &Setup) {
    println!("\nimport, in rows per second");
    let [filled, chain, circle] = USERS;
    for (name, shift) in [("an empty account", 0), ("an account with as many rows", ROWS), ("rows that are stored", 0)]
    {
        run(setup, filled, &format!("{ROWS} rows into {name}"), ROWS, interactions(shift)).await;
    }
    for name in ["a chain of projects", "the chain again"] {
        let parent = |id: usize| (id > 0).then(|| id - 1);
        run(setup, chain, &format!("{PROJECTS} rows, {name}"), PROJECTS, projects(parent)).await;
    }
    let parent = |id: usize| Some((id + 1) % PROJECTS);
    run(setup, circle, &format!("{PROJECTS} rows, a circle of projects"), PROJECTS, projects(parent)).await;
}

async fn run(setup: &Setup, user: usize, name: &str, rows: usize, document: impl Iterator<Item = String>) {
    let request = format!(
        "POST /api/import HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\n\
         transfer-encoding: chunked\r\n\r\n",
        setup.token(user)
    );
    let mut connection = Connection::open(setup.address()).await;
    let started = Instant::now();
    let answer = connection.send_chunked(request.as_bytes(), document).await;
    let secs = started.elapsed().as_secs_f64();
    assert_eq!(answer.status, "200", "{} {}", answer.head, answer.body);
    println!("{name:<55} {:>9.0} rows/s, {secs:.1} s", rows as f64 / secs);
}

/// Conversations and interactions whose ids begin at `shift`.
fn interactions(shift: usize) -> impl Iterator<Item = String> {
    let conversations: Vec<String> = (0..100).map(|n| format!(r#"{{"id":"c{n}","title":"Chat {n}"}}"#)).collect();
    let head = format!(r#"{{"conversations":[{}],"interactions":["#, conversations.join(","));
    let text = "Where the light stands, the water is deep. ".repeat(4);
    let pieces = (0..ROWS / ROWS_IN_PIECE).map(move |piece| {
        let row = |n: usize| {
            let id = piece * ROWS_IN_PIECE + n;
            let comma = if id == 0 { "" } else { "," };
            let number = id + shift;
            format!(
                r#"{comma}{{"id":"i{number:08}","conversationId":"c{}","index":{number},"response":"{text}"}}"#,
                id % 100
            )
        };
        (0..ROWS_IN_PIECE).map(row).collect()
    });
    std::iter::once(head).chain(pieces).chain(std::iter::once("]}".to_owned()))
}

fn projects(parent: impl Fn(usize) -> Option<usize>) -> impl Iterator<Item = String> {
    let row = move |id: usize| {
        let comma = if id == 0 { "" } else { "," };
        let parent = parent(id).map_or("null".to_owned(), |parent| format!("\"p{parent}\""));
        format!(r#"{comma}{{"id":"p{id}","name":"x","parentId":{parent}}}"#)
    };
    std::iter::once(r#"{"projects":["#.to_owned()).chain((0..PROJECTS).map(row)).chain(std::iter::once("]}".to_owned()))
}
