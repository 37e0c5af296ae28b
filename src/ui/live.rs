use leptos::prelude::*;

/// A part of a view that is rebuilt whenever what it reads has changed. In place of a closure in
/// the view itself: all of these are of one type, and what Leptos makes of each type costs a
/// kilobyte.
pub fn live<V: IntoView + 'static>(part: impl Fn() -> V + Send + Sync + 'static) -> AnyView {
    boxed(Box::new(move || part().into_any()))
}

fn boxed(part: Box<dyn Fn() -> AnyView + Send + Sync>) -> AnyView {
    (move || part()).into_any()
}

/// Runs now, and again whenever what it reads has changed. In place of an `Effect` for each: all of
/// these are of one type, too.
pub fn effect(run: impl Fn() + 'static) {
    boxed_effect(Box::new(run));
}

fn boxed_effect(run: Box<dyn Fn()>) {
    Effect::new(move |_: Option<()>| run());
}
