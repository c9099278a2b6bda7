//! Many writers with the same base revision at two servers. One wins, and every other gets the winner's row.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{
    Answer, Fault, FaultKind, TestApp, TestDatabase, TestUser, Verdict, assert_sound, figure, require, send,
};

const WRITERS: usize = 64;

pub async fn revision_race(db: &TestDatabase, servers: [&str; 2], rounds: usize) -> Verdict {
    let anna = TestUser::sign_in(servers[0], "anna").await;
    for round in 0..rounds {
        let writes: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let body = json!({ "name": format!("{round}/{writer}"), "baseRevision": round });
                tokio::spawn(write(anna.at(servers[writer % 2]), body))
            })
            .collect();
        let mut answers = Vec::new();
        for write in writes {
            answers.push(write.await.unwrap());
        }
        let stored = anna.get("/api/projects/p1").await.expect(200);
        check(round, &answers, &stored)?;
        let version = db.version(&anna.id).await;
        require(version == round as i64 + 1, FaultKind::Winners, || {
            format!("round {round}: the version is {version}, so {version} writes were stored in {} rounds", round + 1)
        })?;
    }
    Ok(())
}

async fn write(user: TestUser, body: Value) -> Answer {
    loop {
        let answer = send(user.request(Method::PUT, "/api/projects/p1").json(&body)).await;
        // A 503 stored nothing, so the same request is sent again.
        if answer.status != 503 {
            return answer;
        }
    }
}

fn check(round: usize, answers: &[Answer], stored: &Value) -> Verdict {
    let winners = answers.iter().filter(|answer| answer.status < 300).count();
    require(winners == 1, FaultKind::Winners, || format!("round {round}: {winners} of {WRITERS} won"))?;
    for lost in answers.iter().filter(|answer| answer.status >= 300) {
        if (lost.status, lost.code()) != (409, "revision_conflict") {
            return Err(Fault::new(FaultKind::Answer, format!("round {round}: {}", lost.text)));
        }
        require(lost.json["server"] == *stored, FaultKind::Answer, || {
            format!("round {round}: a loser got {} and not {stored}", lost.json["server"])
        })?;
    }
    let revision = &stored["revision"];
    require(*revision == json!(round + 1), FaultKind::Winners, || format!("round {round} ended at revision {revision}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_sixty_four_writers_on_one_revision_wins_and_the_others_get_its_row() {
    let one = TestApp::start().await;
    let two = one.another().await;
    let verdict = revision_race(&one.db, [&one.url, &two.url], figure("LANDFALL_RACE_ROUNDS", 100)).await;
    assert_sound(verdict, "cargo test --locked --test it races::revision");
}
