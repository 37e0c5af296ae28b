//! What is said for which evidence, row by row, and what holds for all of it.

use super::*;
use proptest::prelude::*;

const NOW: f64 = 1_800_000_000_000.0;

/// A job of the name "q", sent and changed so many seconds ago.
fn job(id: u64, status: JobStatus, sent: f64, changed: f64) -> Trace {
    Trace {
        id,
        status,
        name: "q".to_owned(),
        queue: 1,
        is_deleted: false,
        sent: NOW - sent * 1_000.0,
        changed: NOW - changed * 1_000.0,
        limit: Some(3_600.0),
    }
}

fn waits(id: u64, seconds: f64) -> Trace {
    job(id, JobStatus::Queued, seconds, seconds)
}

fn all(jobs: Vec<Trace>) -> Evidence {
    Evidence {
        jobs,
        names: vec![(1, "q".to_owned()), (2, "new".to_owned())],
        all_waiting: true,
        all_running: true,
        proof: None,
        many: None,
        now: NOW,
    }
}

fn said(evidence: &Evidence, taken: Taken) -> Vec<String> {
    verdict("q", evidence, taken).sentences()
}

fn workers(states: &[bool], queued: u64) -> Proof {
    let worker = |is_busy: &bool| Worker {
        name: "w".to_owned(),
        queues: vec!["q".to_owned()],
        is_busy: *is_busy,
    };
    Proof {
        workers: states.iter().map(worker).collect(),
        queued: vec![("q".to_owned(), queued)],
        started: Vec::new(),
    }
}

#[test]
fn each_row_of_the_table_of_verdicts_is_said_in_its_words() {
    use JobStatus::{Finished, Queued, Started};
    let started = |id, ago| job(id, Started, ago + 1.0, ago);
    let hours = 7_200.0;
    for (jobs, taken, words, attention) in [
        (vec![], Taken::NotAsked, vec!["Idle."], false),
        (
            vec![started(1, 300.0), started(2, 300.0), waits(3, 240.0), waits(4, 5.0)],
            Taken::NotAsked,
            vec!["2 running, 2 waiting, the oldest for 4 minutes."],
            false,
        ),
        (vec![started(1, 30.0)], Taken::NotAsked, vec!["1 running."], false),
        (vec![waits(1, 20.0)], Taken::NotAsked, vec!["1 waiting for 20 seconds."], false),
        (vec![waits(1, 60.0)], Taken::NotAsked, vec!["1 waiting for 1 minute."], false),
        (
            vec![waits(1, hours), waits(2, 9.0), waits(3, 8.0)],
            Taken::NotAsked,
            vec!["3 waiting for 2 hours, none running."],
            true,
        ),
        (
            vec![waits(1, hours)],
            Taken::Never,
            vec!["1 waiting for 2 hours. No worker has ever taken a job of this name."],
            true,
        ),
        (
            vec![waits(1, hours)],
            Taken::Last(Some(NOW - 259_200_000.0)),
            vec!["1 waiting for 2 hours. The last job was taken 3 days ago."],
            true,
        ),
        (
            vec![waits(12, hours), job(13, Finished, 3_600.0, 3_500.0)],
            Taken::NotAsked,
            vec![
                "1 waiting for 2 hours, none running.",
                "Job 12 was passed over: a later job was taken. It was lost on its way and will not run. Send it again.",
            ],
            true,
        ),
        (
            vec![job(12, Queued, hours, 60.0)],
            Taken::NotAsked,
            vec![
                "1 waiting for 2 hours, none running.",
                "Job 12 was reset. Dioptra does not send it to a worker again by itself.",
            ],
            true,
        ),
        // It had ended before, so that one was taken is not denied.
        (
            vec![job(12, Queued, hours, 60.0)],
            Taken::Never,
            vec![
                "1 waiting for 2 hours, none running.",
                "Job 12 was reset. Dioptra does not send it to a worker again by itself.",
            ],
            true,
        ),
        (
            vec![job(9, Started, 93_700.0, 93_600.0)],
            Taken::NotAsked,
            vec![
                "1 running.",
                "Job 9 has run for 26 hours, its limit is 1 hour. Its worker is probably gone.",
            ],
            true,
        ),
        (
            vec![Trace { queue: 2, ..waits(1, 20.0) }],
            Taken::NotAsked,
            vec![
                "1 waiting for 20 seconds.",
                "1 job waits under the old name “q”. A worker of the new name won't take them.",
            ],
            true,
        ),
        (
            vec![Trace { is_deleted: true, ..waits(1, 20.0) }],
            Taken::NotAsked,
            vec![
                "1 waiting for 20 seconds.",
                "1 job waits under the old name “q”, whose queue was deleted.",
            ],
            true,
        ),
    ] {
        let evidence = all(jobs);
        assert_eq!(said(&evidence, taken), words);
        let verdict = verdict("q", &evidence, taken);
        assert_eq!(verdict.needs_attention(), attention, "{words:?}");
    }
}

#[test]
fn each_status_of_a_job_is_read_as_dioptra_says_it() {
    for (text, status) in [
        ("queued", Some(JobStatus::Queued)),
        ("started", Some(JobStatus::Started)),
        ("deferred", Some(JobStatus::Deferred)),
        ("finished", Some(JobStatus::Finished)),
        ("failed", Some(JobStatus::Failed)),
        ("reset", None),
    ] {
        assert_eq!(JobStatus::parse(text), status, "{text}");
    }
}

#[test]
fn a_job_is_called_lost_reset_or_passed_over_only_beyond_what_may_be_chance() {
    use JobStatus::{Finished, Queued, Started};
    let troubles = |jobs: Vec<Trace>| verdict("q", &all(jobs), Taken::NotAsked).troubles;
    let waiting = |other| troubles(vec![waits(1, 100.0), other]);
    // Sent ten seconds later at most, or taken within ten seconds: that may be a race.
    assert_eq!(waiting(job(2, Finished, 95.0, 50.0)), []);
    assert_eq!(waiting(job(2, Finished, 90.0, 50.0)), []);
    assert_eq!(waiting(job(2, Finished, 89.0, 50.0)), [Trouble::Overtaken(1)]);
    assert_eq!(waiting(job(2, Started, 50.0, 5.0)), []);
    assert_eq!(waiting(job(2, Started, 50.0, 10.0)), []);
    assert_eq!(waiting(job(2, Started, 50.0, 11.0)), [Trouble::Overtaken(1)]);
    // Both times of a new job are written in one request, up to a second apart.
    assert_eq!(troubles(vec![job(1, Queued, 20.0, 19.0)]), []);
    assert_eq!(troubles(vec![job(1, Queued, 20.0, 18.0)]), [Trouble::Reset(1)]);
    // It may run as long as its limit.
    assert_eq!(troubles(vec![job(1, Started, 4_000.0, 3_600.0)]), []);
    assert_eq!(
        troubles(vec![job(1, Started, 4_000.0, 3_601.0)]),
        [Trouble::Lost(1, 3_601.0, 3_600.0)]
    );
    // One that was sent ten seconds ago may be on its way to Redis.
    let in_redis = |seconds| {
        let proof = Some(workers(&[false], 0));
        let evidence = Evidence { proof, ..all(vec![waits(1, seconds)]) };
        verdict("q", &evidence, Taken::NotAsked).troubles
    };
    assert_eq!(in_redis(10.0), []);
    assert_eq!(in_redis(11.0), [Trouble::NotInRedis(1, 1)]);
}

#[test]
fn with_proof_it_is_said_who_listens_and_nothing_is_guessed() {
    let two = vec![waits(1, 7_200.0), waits(2, 7_000.0)];
    for (jobs, proof, words, attention) in [
        (
            two.clone(),
            workers(&[], 2),
            vec!["2 waiting for 2 hours. No worker listens to this name."],
            true,
        ),
        (
            two.clone(),
            workers(&[true, true], 2),
            vec!["2 workers listen, both busy; 2 ahead, the oldest for 2 hours."],
            false,
        ),
        (
            two.clone(),
            workers(&[true], 1),
            vec![
                "1 worker listens, busy; 2 ahead, the oldest for 2 hours.",
                "1 of 2 waiting jobs is not in Redis: it will not run. Send it again.",
            ],
            true,
        ),
        (
            two.clone(),
            workers(&[true, true, true], 2),
            vec!["3 workers listen, all busy; 2 ahead, the oldest for 2 hours."],
            false,
        ),
        (
            two.clone(),
            workers(&[true, false, false], 2),
            vec!["3 workers listen, 1 busy; 2 ahead, the oldest for 2 hours."],
            true,
        ),
        (
            two,
            workers(&[false], 2),
            vec!["1 worker listens, idle; 2 ahead, the oldest for 2 hours."],
            true,
        ),
        // Cancelled ones are counted there still.
        (vec![], workers(&[], 3), vec!["Idle."], false),
        // On its way.
        (vec![waits(1, 5.0)], workers(&[false], 0), vec!["1 waiting for 5 seconds."], false),
    ] {
        let evidence = Evidence { proof: Some(proof), ..all(jobs) };
        assert_eq!(said(&evidence, Taken::NotAsked), words);
        let verdict = verdict("q", &evidence, Taken::NotAsked);
        assert_eq!(verdict.needs_attention(), attention, "{words:?}");
    }
}

#[test]
fn where_not_all_that_wait_were_read_none_is_not_said_to_wait() {
    let running = job(1, JobStatus::Started, 400.0, 300.0);
    let some = Evidence { all_waiting: false, ..all(vec![running]) };
    let words = "1 running; how many wait is not known";
    assert_eq!(verdict("q", &some, Taken::NotAsked).cell(), words);
    assert_eq!(said(&some, Taken::NotAsked), [format!("{words}.")]);
}

#[test]
fn jobs_of_a_deleted_queue_are_no_trouble_once_another_queue_has_its_name() {
    let old = Trace { is_deleted: true, queue: 3, ..waits(1, 20.0) };
    assert_eq!(said(&all(vec![old]), Taken::NotAsked), ["1 waiting for 20 seconds."]);
}

#[test]
fn a_job_that_a_worker_has_just_taken_is_not_called_lost() {
    let started = vec![("q".to_owned(), 1)];
    let proof = Some(Proof { started, ..workers(&[true], 1) });
    let two = all(vec![waits(1, 7_200.0), waits(2, 7_000.0)]);
    assert_eq!(
        said(&Evidence { proof, ..two }, Taken::NotAsked),
        ["1 worker listens, busy; 2 ahead, the oldest for 2 hours."]
    );
}

#[test]
fn idle_says_when_the_last_job_was_taken_if_that_is_known() {
    let taken = Taken::Last(Some(NOW - 180_000.0));
    assert_eq!(said(&all(vec![]), taken), ["Idle, last job taken 3 minutes ago."]);
}

#[test]
fn a_cell_says_what_is_wrong_with_jobs() {
    let jobs = vec![job(9, JobStatus::Started, 93_700.0, 93_600.0)];
    assert_eq!(
        verdict("q", &all(jobs), Taken::NotAsked).cell(),
        "1 running; Job 9 has run for 26 hours, its limit is 1 hour"
    );
}

#[test]
fn what_was_not_read_is_not_called_idle_and_counts_are_called_incomplete() {
    let some = Evidence { all_waiting: false, ..all(vec![waits(1, 20.0)]) };
    assert_eq!(said(&some, Taken::NotAsked), ["at least 1 waiting for 20 seconds."]);
    let other = verdict("other", &some, Taken::NotAsked);
    assert_eq!((other.state.clone(), other.short()), (State::Unknown, "Not known yet".into()));
    // Whether one runs is not known: nothing is claimed.
    let old = Evidence { all_running: false, ..all(vec![waits(1, 7_200.0)]) };
    assert_eq!(said(&old, Taken::NotAsked), ["1 waiting for 2 hours."]);
}

#[test]
fn where_too_many_wait_to_be_read_the_numbers_come_from_redis() {
    for (states, queued, started, words, attention) in [
        (&[][..], 7, 0, "7 waiting in Redis. No worker listens to this name.", true),
        (&[true, true], 7, 2, "2 workers listen, both busy; 7 waiting in Redis.", false),
        (&[false], 1, 0, "1 worker listens, idle; 1 waiting in Redis.", false),
        (&[true], 0, 1, "1 running.", false),
        (&[false], 0, 0, "Nothing waits in Redis.", false),
    ] {
        let started = vec![("q".to_owned(), started)];
        let proof = Some(Proof { started, ..workers(states, queued) });
        let some = Evidence { all_waiting: false, all_running: false, proof, ..all(vec![]) };
        assert_eq!(said(&some, Taken::NotAsked), [words]);
        // Those that run were read, and are of other names.
        let some = Evidence { all_running: true, ..some };
        assert_eq!(said(&some, Taken::NotAsked), [words]);
        assert_eq!(verdict("q", &some, Taken::NotAsked).needs_attention(), attention, "{words}");
    }
}

#[test]
fn jobs_under_a_name_that_the_queue_had_before_are_stranded() {
    let old = |id| Trace { name: "old".to_owned(), ..waits(id, 20.0) };
    let evidence = all(vec![old(1), old(2), waits(3, 20.0), Trace { queue: 2, ..old(4) }]);
    assert_eq!(stranded(1, "q", &evidence), [Trouble::Stranded(2, "old".to_owned())]);
    assert_eq!(
        stranded(1, "q", &evidence)[0].sentence(),
        "2 jobs wait under the old name “old”. A worker of the new name won't take them."
    );
    assert_eq!(stranded(3, "q", &evidence), []);
}

#[test]
fn a_time_limit_is_read_as_dioptra_writes_it() {
    for (text, seconds) in [
        ("24h", Some(86_400.0)),
        ("30m", Some(1_800.0)),
        ("45s", Some(45.0)),
        ("2d", Some(172_800.0)),
        ("90", Some(90.0)),
        ("", None),
        ("h", None),
        ("x", None),
        ("é", None),
    ] {
        assert_eq!(limit(text), seconds, "{text}");
    }
}

fn any_trace() -> impl Strategy<Value = Trace> {
    let status = prop_oneof![
        Just(JobStatus::Queued),
        Just(JobStatus::Started),
        Just(JobStatus::Finished),
        Just(JobStatus::Failed),
        Just(JobStatus::Deferred),
    ];
    (any::<u16>(), status, "[qr]", 1..3_u64, any::<bool>(), 0.0..20_000.0, 0.0..1.0).prop_map(
        |(id, status, name, queue, is_deleted, sent, part)| Trace {
            name,
            queue,
            is_deleted,
            ..job(id.into(), status, sent, sent * part)
        },
    )
}

fn any_evidence() -> impl Strategy<Value = Evidence> {
    let jobs = proptest::collection::vec(any_trace(), 0..12);
    let proof = proptest::option::of(
        (proptest::collection::vec(any::<bool>(), 0..3), 0..5_u64)
            .prop_map(|(states, queued)| workers(&states, queued)),
    );
    (jobs, any::<bool>(), any::<bool>(), proof).prop_map(
        |(jobs, all_waiting, all_running, proof)| Evidence {
            all_waiting,
            all_running,
            proof,
            ..all(jobs)
        },
    )
}

#[test]
fn where_too_many_wait_to_read_them_it_is_said_how_many_redis_has_lost() {
    let proof = |queued: u64, started: u64| Proof {
        queued: vec![("q".to_owned(), queued), ("other".to_owned(), 1)],
        started: vec![("q".to_owned(), started)],
        ..Proof::default()
    };
    let said = |proof, many| {
        let evidence = Evidence { proof, many, all_waiting: false, ..all(vec![]) };
        lost_of_many(&evidence).map(|trouble| trouble.sentence())
    };
    let words = "147 of 150 waiting jobs are not in Redis: they will not run. Send them again.";
    assert_eq!(said(Some(proof(1, 1)), Some((150, NOW - 60_000.0))).as_deref(), Some(words));
    assert_eq!(said(Some(proof(149, 0)), Some((150, 0.0))), None, "it holds them all");
    assert_eq!(said(Some(proof(500, 0)), Some((150, 0.0))), None, "it counts cancelled ones too");
    assert_eq!(said(Some(proof(0, 0)), Some((150, NOW - 5_000.0))), None, "one may be on its way");
    assert_eq!(
        said(Some(proof(145, 0)), Some((150, 0.0))),
        None,
        "some may have been taken meanwhile"
    );
    assert_eq!(said(None, Some((150, 0.0))), None, "nobody asked Redis");
    assert_eq!(said(Some(proof(0, 0)), Some((150, NOW - RACE))), None, "still");
    assert!(said(Some(proof(0, 0)), Some((150, NOW - RACE - 1.0))).is_some(), "no more");
    assert_eq!(proof(3, 1).missing(Some("q"), 14), 0, "ten may have been taken");
    assert_eq!(proof(3, 1).missing(Some("q"), 15), 11);
    assert_eq!(proof(3, 1).missing(Some("q"), 25), 21);
    assert_eq!(proof(3, 1).missing(Some("other"), 25), 24);
}

proptest! {
    #[test]
    fn it_is_never_idle_while_something_waits_or_runs(evidence in any_evidence()) {
        let busy = evidence.jobs.iter().any(|job| {
            job.name == "q" && matches!(job.status, JobStatus::Queued | JobStatus::Started)
        });
        let verdict = verdict("q", &evidence, Taken::NotAsked);
        prop_assert!(!(busy && verdict.state == State::Idle));
        // What only Redis knows may be anything, but not idle.
        prop_assert!(busy || evidence.proof.is_some() && verdict.state != State::Idle
            || matches!(verdict.state, State::Idle | State::Unknown));
    }

    #[test]
    fn the_order_of_what_is_read_does_not_matter(evidence in any_evidence(), turn in 0..12_usize) {
        let mut turned = evidence.clone();
        let turn = turn % turned.jobs.len().max(1);
        turned.jobs.rotate_left(turn);
        turned.jobs.reverse();
        let of = |evidence| verdict("q", evidence, Taken::NotAsked);
        prop_assert_eq!(of(&evidence), of(&turned));
    }

    #[test]
    fn more_evidence_never_contradicts_what_less_has_claimed(
        evidence in any_evidence(),
        read in 0..12_usize,
    ) {
        let whole = Evidence { all_waiting: true, all_running: true, ..evidence };
        let read = read.min(whole.jobs.len());
        // Rows come by status, so each kind is either whole or not.
        let some = Evidence {
            jobs: whole.jobs[..read].to_vec(),
            all_waiting: whole.jobs[read..].iter().all(|job| job.status != JobStatus::Queued),
            all_running: whole.jobs[read..].iter().all(|job| job.status != JobStatus::Started),
            ..whole.clone()
        };
        let less = verdict("q", &some, Taken::NotAsked);
        let more = verdict("q", &whole, Taken::NotAsked);
        let from_redis = whole.proof.is_some() && less.oldest.is_none();
        match less.state {
            // Redis counts what Dioptra does not know any more.
            _ if from_redis => {}
            State::Idle => prop_assert_eq!(&more.state, &State::Idle),
            // Of those who wait more may turn up, and older ones.
            State::Moving => prop_assert!(
                matches!(more.state, State::Moving | State::NoWorker), "{:?}", more.state
            ),
            State::NotMoving | State::NoWorker | State::Listening { .. } => {
                prop_assert!(more.state != State::Idle);
                if less.state == State::NotMoving {
                    prop_assert_eq!(&more.state, &State::NotMoving);
                }
            }
            State::Unknown | State::NothingInRedis | State::JustSent | State::Waiting => {}
            State::NeverTaken | State::NotTaken(_) => prop_assert!(false, "not asked"),
        }
        if !from_redis {
            prop_assert!(more.waiting.read >= less.waiting.read);
            prop_assert!(more.running.read >= less.running.read);
        }
        // What was said of a single job stays so.
        for trouble in &less.troubles {
            if matches!(trouble, Trouble::Overtaken(_) | Trouble::Reset(_) | Trouble::Lost(..)) {
                prop_assert!(more.troubles.contains(trouble), "{:?}", trouble);
            }
        }
    }

    #[test]
    fn any_time_limit_is_read_or_left_alone(text in any::<String>()) {
        let _ = limit(&text);
    }
}
