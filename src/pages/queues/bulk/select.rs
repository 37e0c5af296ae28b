//! What a press on a checkbox selects.

use leptos::prelude::*;

use super::super::{
    loaded::Rows,
    selection::{Press, Selection, has},
};
use crate::{domain::Queue, ui::effect};

/// Takes up presses on checkboxes, and says at the header how many of the page are selected.
pub fn take_up(rows: Rows, selection: Selection) {
    // The row that was pressed last: Shift extends from it.
    let anchor = StoredValue::new(None::<u64>);
    effect(move || {
        if selection.presses.read().is_empty() {
            return;
        }
        let presses = std::mem::take(&mut *selection.presses.write_untracked());
        rows.value().with_untracked(|page| {
            let page = page.as_ref().map_or(&[][..], |page| &page.data);
            selection.queues.update(|all| {
                for press in &presses {
                    let range = range(page, press, anchor.get_value());
                    set(all, page[range].iter().filter(|queue| can_be(queue)), press.on);
                    anchor.set_value(press.id.or(anchor.get_value()));
                }
            });
        });
    });
    // What is known of them is what the rows say last.
    effect(move || {
        rows.value().with(|page| {
            let page = page.as_ref().map_or(&[][..], |page| &page.data);
            selection.queues.maybe_update(|all| take_over(all, page));
        });
    });
    effect(move || {
        let all = selection.queues.read();
        let (there, selected) =
            rows.value().with(|page| counts(&all, page.as_ref().map_or(&[], |page| &page.data)));
        selection.on_page.set((there > 0 && there == selected, selected > 0 && there != selected));
    });
}

/// Takes over what rows say of selected queues; true if some of them were deleted, and are not selected any
/// more.
fn take_over(all: &mut Vec<Queue>, page: &[Queue]) -> bool {
    let before = all.len();
    all.retain_mut(|selected| {
        let now = page.iter().find(|queue| queue.id == selected.id);
        if let Some(now) = now {
            selected.clone_from(now);
        }
        can_be(selected)
    });
    all.len() != before
}

/// The rows of the page that a press is about.
fn range(page: &[Queue], press: &Press, anchor: Option<u64>) -> std::ops::Range<usize> {
    let place = |id: u64| page.iter().position(|queue| queue.id == id);
    let Some(id) = press.id else { return 0..page.len() };
    // The page may be another one by now.
    let Some(here) = place(id) else { return 0..0 };
    let from = anchor.filter(|_| press.extends).and_then(place).unwrap_or(here);
    from.min(here)..from.max(here) + 1
}

/// Selects these, or no longer.
pub fn set<'a>(all: &mut Vec<Queue>, queues: impl Iterator<Item = &'a Queue>, on: bool) {
    if on {
        let new: Vec<_> = queues.filter(|queue| !has(all, queue.id)).cloned().collect();
        all.extend(new);
        all.sort_by_key(|queue| queue.id);
        all.dedup_by_key(|queue| queue.id);
    } else {
        let mut ids: Vec<_> = queues.map(|queue| queue.id).collect();
        ids.sort_unstable();
        all.retain(|queue| ids.binary_search(&queue.id).is_err());
    }
}

/// How many of the page can be selected, and how many are.
pub fn counts(all: &[Queue], page: &[Queue]) -> (usize, usize) {
    let there = page.iter().filter(|queue| can_be(queue));
    let selected = there.clone().filter(|queue| has(all, queue.id)).count();
    (there.count(), selected)
}

/// A deleted queue can not be selected: nothing can be done with it.
pub fn can_be(queue: &Queue) -> bool {
    !queue.deleted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page() -> Vec<Queue> {
        [5, 3, 9, 1, 7].map(|id| Queue { id, deleted: id == 9, ..Queue::default() }).to_vec()
    }

    fn press(id: u64, extends: bool) -> Press {
        Press { id: Some(id), on: true, extends }
    }

    #[test]
    fn shift_extends_from_the_row_that_was_pressed_before() {
        let page = page();
        assert_eq!(range(&page, &press(7, true), Some(3)), 1..5);
        assert_eq!(range(&page, &press(5, true), Some(1)), 0..4);
        assert_eq!(range(&page, &press(5, false), Some(1)), 0..1);
        // The one before was on another page, or this row is.
        assert_eq!(range(&page, &press(5, true), Some(77)), 0..1);
        assert_eq!(range(&page, &press(77, true), Some(1)), 0..0);
        assert_eq!(range(&page, &Press { id: None, on: true, extends: false }, None), 0..5);
    }

    #[test]
    fn what_rows_say_of_selected_queues_is_taken_over() {
        let mut all = [3, 7, 8].map(|id| Queue { id, ..Queue::default() }).to_vec();
        let now = |id, deleted| Queue { id, deleted, name: "new".to_owned(), ..Queue::default() };
        assert!(!take_over(&mut all, &[now(7, false), now(9, false)]));
        let names: Vec<_> = all.iter().map(|queue| (queue.id, queue.name.as_str())).collect();
        assert_eq!(names, [(3, ""), (7, "new"), (8, "")]);
        assert!(take_over(&mut all, &[now(3, true)]));
        assert_eq!(all.iter().map(|queue| queue.id).collect::<Vec<_>>(), [7, 8]);
    }

    #[test]
    fn what_is_selected_stays_on_other_pages_and_is_there_once() {
        let page = page();
        let mut all = Vec::new();
        let ids = |all: &[Queue]| all.iter().map(|queue| queue.id).collect::<Vec<_>>();
        set(&mut all, page.iter().filter(|queue| can_be(queue)), true);
        set(&mut all, page.iter().filter(|queue| can_be(queue)), true);
        assert_eq!(ids(&all), [1, 3, 5, 7]);
        assert_eq!(counts(&all, &page), (4, 4));
        set(&mut all, page[..2].iter(), false);
        assert_eq!(ids(&all), [1, 7]);
        assert_eq!(counts(&all, &page), (4, 2));
    }
}
