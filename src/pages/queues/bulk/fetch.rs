use leptos::prelude::*;

use crate::{
    api,
    context::Context,
    domain::{ListQuery, Queue, grouped},
    pages::explain,
    ui::{LatestRequest, Stage},
};

/// Fetches all queues that a list finds, page by page.
#[derive(Clone, Copy)]
pub struct FetchAll {
    context: Context,
    request: LatestRequest,
    progress: RwSignal<(u64, u64)>,
}

impl FetchAll {
    pub fn new() -> Self {
        Self {
            context: Context::get(),
            request: LatestRequest::new(),
            progress: RwSignal::new((0, 0)),
        }
    }

    /// `done` gets them; `failed` hears why there are none.
    pub fn run(
        self,
        list: ListQuery,
        done: impl FnOnce(Vec<Queue>) + 'static,
        failed: impl FnOnce(String) + 'static,
    ) {
        let api = self.context.api();
        let told = move |done, all| {
            self.progress.try_set((done, all));
        };
        self.request.run(
            async move |abort| api::queues::all(&api, &list, told, &abort).await,
            move |found| match found {
                Ok(queues) => done(queues),
                Err(error) => {
                    self.context.failed(&error);
                    failed(explain(&error));
                }
            },
        );
    }

    /// Nothing is being fetched.
    pub fn is_idle(self) -> bool {
        self.request.stage() == Stage::Idle
    }

    /// How many are there, of how many, in words too; once it takes long enough to be said.
    pub fn so_far(self) -> Option<(u64, u64, String)> {
        let (done, all) = self.progress.get();
        let words = format!("{} of {}", grouped(done), grouped(all));
        (self.request.stage() >= Stage::Slow).then_some((done, all, words))
    }

    pub fn stop(self) {
        self.request.pending().cancel();
    }
}
