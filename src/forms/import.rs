//! The plan of an import: what each line of a list would do, before anything is sent.

use std::collections::{BTreeMap, btree_map::Entry};

use super::queue::{NewQueue, QueueFormValues};
use crate::domain::{Group, Queue, exchange::Line, shortened};

/// What a line would do.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Create this queue.
    Create(NewQueue),
    /// Change this queue, as it is now, so that it has this content.
    Change(Box<Queue>, NewQueue),
    /// Nothing: the server has it so.
    Same,
    /// Nothing, because of this.
    Problem(String),
}

/// A row of the plan.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanRow {
    /// Where its line stands in the text.
    pub line: u64,
    /// As the line says.
    pub name: String,
    /// The name of the group that it goes to.
    pub group: String,
    /// What it would do.
    pub step: Step,
    /// Names of tags that it would put on.
    pub add: Vec<String>,
    /// Names of tags that it would take off.
    pub remove: Vec<String>,
    /// Names of tags that it would create.
    pub new_tags: Vec<String>,
}

impl PlanRow {
    /// It would do something.
    #[must_use]
    pub fn acts(&self) -> bool {
        matches!(self.step, Step::Create(_) | Step::Change(..))
    }

    /// The word for what it would do.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self.step {
            Step::Create(_) => "Create",
            Step::Change(..) => "Change",
            Step::Same => "Same",
            Step::Problem(_) => "Problem",
        }
    }

    /// What would be different, or what is wrong, in words.
    #[must_use]
    pub fn words(&self) -> String {
        let mut words = Vec::new();
        match &self.step {
            Step::Problem(why) => words.push(why.clone()),
            Step::Change(queue, new) if !is_content(queue, new) => words.push(format!(
                "Description: “{}” becomes “{}”",
                shortened(queue.description_or_empty(), 60),
                shortened(new.content.description().unwrap_or_default(), 60)
            )),
            Step::Create(_) | Step::Change(..) | Step::Same => {}
        }
        if self.acts() {
            for (verb, tags) in [
                ("Put on", &self.add),
                ("Take off", &self.remove),
                ("Create the tag", &self.new_tags),
            ] {
                if !tags.is_empty() {
                    words.push(format!("{verb} {}", tags.join(", ")));
                }
            }
        }
        words.join(". ")
    }
}

/// The queue has this content; spaces around do not count.
fn is_content(queue: &Queue, new: &NewQueue) -> bool {
    queue.description_or_empty().trim() == new.content.description().unwrap_or_default().trim()
}

/// What the server has.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Known {
    /// The groups that the user is in.
    pub groups: Vec<Group>,
    /// All queues of these groups that are not deleted.
    pub queues: Vec<Queue>,
    /// The ids of the tags, by their group and name.
    pub tags: BTreeMap<(u64, String), u64>,
}

/// What each line would do. A line that names no group goes to `group`, if one is chosen.
#[must_use]
pub fn plan(lines: &[Line], known: &Known, group: Option<u64>) -> Vec<PlanRow> {
    let queues: BTreeMap<(u64, &str), &Queue> =
        known.queues.iter().map(|queue| ((queue.group.id, queue.name.as_str()), queue)).collect();
    let mut seen = BTreeMap::<(u64, String), u64>::new();
    let row = |line: &Line| {
        let found = if line.group.is_empty() {
            known.groups.iter().find(|it| Some(it.id) == group)
        } else {
            known.groups.iter().find(|it| it.name == line.group)
        };
        let mut row = PlanRow {
            line: line.number,
            name: line.name.trim().to_owned(),
            group: found.map_or_else(|| line.group.clone(), |group| group.name.clone()),
            step: Step::Same,
            add: Vec::new(),
            remove: Vec::new(),
            new_tags: Vec::new(),
        };
        row.step = match found {
            None if !line.group.is_empty() => {
                Step::Problem(format!("You are in no group “{}”", line.group))
            }
            None => Step::Problem("Select a group".to_owned()),
            Some(group) => {
                // The server takes names with spaces around, which forms do not.
                let with_spaces = queues.get(&(group.id, line.name.as_str())).copied();
                let queue = with_spaces.or(queues.get(&(group.id, row.name.as_str())).copied());
                if let Some(queue) = queue {
                    row.name.clone_from(&queue.name);
                }
                let before = seen.entry((group.id, row.name.clone()));
                step(line, group, before, queue, known, &mut row)
            }
        };
        row
    };
    lines.iter().map(row).collect()
}

fn step(
    line: &Line,
    group: &Group,
    before: Entry<(u64, String), u64>,
    queue: Option<&Queue>,
    known: &Known,
    row: &mut PlanRow,
) -> Step {
    match before {
        Entry::Occupied(first) => {
            return Step::Problem(format!("Line {} has this name already", first.get()));
        }
        Entry::Vacant(place) => drop(place.insert(line.number)),
    }
    if let Some(wanted) = &line.tags {
        let has =
            |name: &String| queue.is_some_and(|it| it.tags.iter().any(|tag| tag.name == *name));
        for name in wanted {
            if let Err(problem) = super::tag::validate(name) {
                return Step::Problem(format!("The tag “{name}”: {}", problem.text()));
            }
            if !has(name) && !row.add.contains(name) {
                row.add.push(name.clone());
                if !known.tags.contains_key(&(group.id, name.clone())) {
                    row.new_tags.push(name.clone());
                }
            }
        }
        let others = queue.iter().flat_map(|queue| &queue.tags);
        row.remove =
            others.map(|tag| tag.name.clone()).filter(|name| !wanted.contains(name)).collect();
    }
    let tags_are_same = row.add.is_empty() && row.remove.is_empty();
    let says = |queue: &Queue| queue.description_or_empty().trim() == line.description.trim();
    // Dioptra takes queues without a description; such a one is left as it is.
    if tags_are_same && queue.is_some_and(says) {
        return Step::Same;
    }
    let values = QueueFormValues {
        name: line.name.clone(),
        group: group.id.to_string(),
        description: line.description.clone(),
    };
    match (values.validate(), queue) {
        (Ok(_), Some(queue)) if queue.name.trim() != queue.name => Step::Problem(
            "Its name has spaces around it, which would go: change it on the queue's page"
                .to_owned(),
        ),
        (Ok(new), None) => Step::Create(new),
        (Ok(new), Some(queue)) => Step::Change(Box::new(queue.clone()), new),
        (Err(problems), _) => {
            let texts: Vec<_> = problems.iter().map(super::Problem::text).collect();
            Step::Problem(texts.join(". "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Tag, exchange};
    use proptest::prelude::*;

    fn known() -> Known {
        let group = |id, name: &str| Group { id, name: name.to_owned() };
        let tag = |name: &str| Tag { id: 1, name: name.to_owned(), group: None };
        let queue = |id, name: &str, description: &str| Queue {
            id,
            name: name.to_owned(),
            description: Some(description.to_owned()),
            group: group(1, "public"),
            tags: vec![tag("gpu")],
            ..Queue::default()
        };
        Known {
            groups: vec![group(1, "public"), group(2, "lab")],
            queues: vec![queue(7, "here", "as it is"), queue(8, "bare", "")],
            tags: [((1, "gpu".to_owned()), 1), ((1, "cpu".to_owned()), 2)].into(),
        }
    }

    fn of(text: &str) -> Vec<(&'static str, String)> {
        let lines = exchange::read(text).unwrap();
        plan(&lines, &known(), Some(1)).iter().map(|row| (row.word(), row.words())).collect()
    }

    #[test]
    fn each_line_says_what_it_would_do() {
        let rule =
            "Queue name must only include letters, numbers, spaces, dots, hyphens and underscores";
        for (line, word, words) in [
            ("new,public,d,", "Create", ""),
            ("new,lab,d,gpu", "Create", "Put on gpu. Create the tag gpu"),
            ("here,,as it is,gpu", "Same", ""),
            ("here,, as it is ,gpu", "Same", ""),
            ("bare,public,,gpu", "Same", ""),
            ("here,public,other,gpu", "Change", "Description: “as it is” becomes “other”"),
            (
                "here,public,as it is,\"cpu, new\"",
                "Change",
                "Put on cpu, new. Take off gpu. Create the tag new",
            ),
            ("here,public,as it is,\"gpu, cpu\"", "Change", "Put on cpu"),
            ("here,public,as it is,", "Change", "Take off gpu"),
            ("here,lab,as it is,", "Create", ""),
            ("a/b,public,d,", "Problem", rule),
            (",public,d,", "Problem", "Enter a queue name"),
            ("new,public,,", "Problem", "Enter a description"),
            ("new,else,d,", "Problem", "You are in no group “else”"),
            (
                "new,public,d,a/b",
                "Problem",
                "The tag “a/b”: Tag name must only include letters, numbers, spaces, dots, hyphens and underscores",
            ),
        ] {
            let found = of(&format!("name,group,description,tags\n{line}\n"));
            assert_eq!(found, [(word, words.to_owned())], "{line}");
        }
    }

    #[test]
    fn only_what_creates_or_changes_does_something() {
        let text = "name,group,description,tags\nnew,public,d,\nhere,public,other,gpu\n\
            here,lab,as it is,\nbare,public,,gpu\na/b,public,d,\n";
        let rows = plan(&exchange::read(text).unwrap(), &known(), Some(1));
        let acts: Vec<_> = rows.iter().map(|row| (row.word(), row.acts())).collect();
        assert_eq!(
            acts,
            [
                ("Create", true),
                ("Change", true),
                ("Create", true),
                ("Same", false),
                ("Problem", false)
            ]
        );
    }

    #[test]
    fn a_name_that_comes_twice_and_a_group_that_is_not_chosen_are_problems() {
        assert_eq!(of("q, d\nq, e\n")[1], ("Problem", "Line 1 has this name already".to_owned()));
        let lines = exchange::read("q, d").unwrap();
        assert_eq!(plan(&lines, &known(), None)[0].words(), "Select a group");
    }

    #[test]
    fn a_name_with_spaces_around_is_not_changed_by_the_way() {
        let mut known = known();
        known.queues[0].name = " here ".to_owned();
        let of = |text: &str| {
            let rows = plan(&exchange::read(text).unwrap(), &known, Some(1));
            (rows[0].word(), rows[0].words())
        };
        assert_eq!(of("name,description\n\" here \",as it is\n").0, "Same");
        let (word, why) = of("name,description\n\" here \",other\n");
        assert_eq!(word, "Problem");
        assert!(why.contains("has spaces around it"), "{why}");
    }

    #[test]
    fn lines_without_tags_leave_the_tags_as_they_are() {
        assert_eq!(of("here, as it is"), [("Same", String::new())]);
    }

    proptest! {
        #[test]
        fn what_was_exported_has_nothing_to_do(names in proptest::collection::btree_set(" ?[a-z]{1,6} ?", 0..6)) {
            let mut known = known();
            let like = known.queues[0].clone();
            known.queues.extend(names.into_iter().map(|name| Queue { name, ..like.clone() }));
            for text in [exchange::to_csv(&known.queues), exchange::to_json(&known.queues)] {
                let lines = exchange::read(&text).unwrap();
                let rows = plan(&lines, &known, None);
                prop_assert!(rows.iter().all(|row| row.step == Step::Same), "{rows:?}");
            }
        }

        #[test]
        fn any_text_has_a_plan_with_a_row_a_line(text in any::<String>()) {
            if let Ok(lines) = exchange::read(&text) {
                prop_assert_eq!(plan(&lines, &known(), Some(1)).len(), lines.len());
            }
        }
    }
}
