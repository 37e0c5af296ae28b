//! Who is signed in, for the whole app.

use std::sync::Arc;

use js_sys::Date;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::BroadcastChannel;

use crate::{
    api::{self, Api, ApiError},
    domain::{Group, Queue, User},
    host::{Event, Host},
    ui::LatestRequest,
};

/// What is known of the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identity {
    /// Nothing yet.
    Unknown,
    /// Not even that, and why.
    Failed(ApiError),
    /// Nobody is signed in.
    SignedOut,
    /// This user is.
    SignedIn(User),
}

impl Identity {
    fn user_id(&self) -> Option<u64> {
        match self {
            Self::SignedIn(user) => Some(user.id),
            Self::Unknown | Self::Failed(_) | Self::SignedOut => None,
        }
    }
}

/// What loads a part of what shows, and the number that it is known by.
type Load = (u64, Arc<dyn Fn() + Send + Sync>);

/// Where tabs and elements tell each other that somebody has signed in or out, and what listens.
type SessionChannel = (BroadcastChannel, Closure<dyn FnMut()>);

const CHANNEL: &str = "dioptra-queues.session";

/// The session: a cookie that scripts can't see, so all that is known of it is what the server says.
#[derive(Clone, Copy, Debug)]
pub struct Session {
    api: StoredValue<Api>,
    host: Host,
    identity: RwSignal<Identity>,
    has_ended: RwSignal<bool>,
    /// When somebody was asked to sign in and has not done so yet, in milliseconds since 1970; 0: nobody is
    /// asked.
    asked: StoredValue<f64>,
    /// What shows is loaded again once it is known who is signed in.
    must_reload: StoredValue<bool>,
    loads: StoredValue<Vec<Load>>,
    channel: StoredValue<Option<SessionChannel>, LocalStorage>,
    request: LatestRequest,
}

impl Session {
    /// Nothing known; [`Session::check`] asks the server.
    #[must_use]
    pub fn new(api: StoredValue<Api>, host: Host) -> Self {
        Self {
            api,
            host,
            identity: RwSignal::new(Identity::Unknown),
            has_ended: RwSignal::new(false),
            asked: StoredValue::new(0.0),
            must_reload: StoredValue::new(false),
            loads: StoredValue::new(Vec::new()),
            channel: StoredValue::new_local(None),
            request: LatestRequest::new(),
        }
    }

    /// Asks the server again when another tab or element says that somebody has signed in or out, and
    /// when somebody comes back to this tab: other pages of this Dioptra say nothing.
    pub fn listen(self) {
        let come_back = move |_| {
            let is_known = self.identity.with_untracked(|identity| match identity {
                Identity::SignedIn(_) | Identity::SignedOut => true,
                Identity::Unknown | Identity::Failed(_) => false,
            });
            if !document().hidden() && is_known {
                self.check_and(false);
            }
        };
        let shown = window_event_listener_untyped("visibilitychange", come_back);
        let focused = window_event_listener_untyped("focus", come_back);
        let heard = Closure::<dyn FnMut()>::new(move || self.refresh_after_sign_in());
        if let Ok(channel) = BroadcastChannel::new(CHANNEL) {
            channel.set_onmessage(Some(heard.as_ref().unchecked_ref()));
            self.channel.set_value(Some((channel, heard)));
        }
        on_cleanup(move || {
            shown.remove();
            focused.remove();
            self.channel.try_update_value(|channel| {
                if let Some((channel, _)) = channel.take() {
                    channel.close();
                }
            });
        });
    }

    /// Tells other tabs and elements that somebody has signed in or out here.
    pub fn announce(self) {
        self.channel.try_with_value(|channel| {
            // Without a channel they notice when they are looked at, and before they write.
            let _ = channel.as_ref().map(|(channel, _)| channel.post_message(&JsValue::NULL));
        });
    }

    /// What is known.
    #[must_use]
    pub fn identity(self) -> ReadSignal<Identity> {
        self.identity.read_only()
    }

    /// The request for who is signed in.
    #[must_use]
    pub fn request(self) -> LatestRequest {
        self.request
    }

    /// The signed-in user.
    #[must_use]
    pub fn user(self) -> Option<User> {
        match self.identity.get() {
            Identity::SignedIn(user) => Some(user),
            _ => None,
        }
    }

    /// The groups that the user may create queues in. If the host document fixes one, that one alone.
    #[must_use]
    pub fn groups(self) -> Vec<Group> {
        let mut groups = self.user().map(|user| user.groups).unwrap_or_default();
        if let Some(id) = self.host.settings().read().group {
            groups.retain(|group| group.id == id);
            if groups.is_empty() {
                groups.push(Group { id, name: format!("Group {id}") });
            }
        }
        groups
    }

    /// Whether the user is offered to change this queue, now.
    #[must_use]
    pub fn may_change(self, queue: &Queue) -> bool {
        let is_member = self.identity.with_untracked(|identity| match identity {
            Identity::SignedIn(user) => user.may_change(queue),
            _ => false,
        });
        is_member && !self.host.settings().read_untracked().readonly
    }

    /// Asks the server who is signed in.
    pub fn check(self) {
        self.check_and(true);
    }

    /// Somebody has signed in, it seems: once that is known, what shows is loaded again.
    pub fn refresh_after_sign_in(self) {
        self.must_reload.try_set_value(true);
        self.check();
    }

    /// The same; `asks`: whoever is signed out is asked to sign in even if they were asked before.
    fn check_and(self, asks: bool) {
        let Some(api) = self.api.try_get_value() else { return };
        let request = async move |abort| api::session::current(&api, &abort).await;
        self.request.run(request, move |response| {
            let end = || {
                if asks || !self.is_asked() {
                    self.end();
                }
            };
            match (response, self.user_id()) {
                (Ok(user), _) => self.signed_in(user),
                // Somebody is at work here: let them sign in again over their work.
                (Err(ApiError::Unauthorized), Some(_)) => end(),
                (Err(ApiError::Unauthorized), None) => {
                    self.set_identity(Identity::SignedOut);
                    // The stand-alone app has a screen for that.
                    if self.host.is_element() {
                        end();
                    }
                }
                // Whoever is at work, or about to sign in, will see the next response.
                (Err(_), Some(_)) => {}
                (Err(error), None) => {
                    if self.identity.with_untracked(|identity| *identity != Identity::SignedOut) {
                        self.set_identity(Identity::Failed(error));
                    }
                }
            }
        });
    }

    /// This user has signed in here.
    pub fn has_signed_in(self, user: User) {
        // The element may be gone by now.
        if self.is_gone() {
            return;
        }
        self.drop_request();
        self.signed_in(user);
    }

    /// The same in the middle of something: what shows is loaded again.
    pub fn has_signed_in_again(self, user: User) {
        self.must_reload.try_set_value(true);
        self.has_signed_in(user);
    }

    fn signed_in(self, user: User) {
        self.set_identity(Identity::SignedIn(user));
        let was_asked = self.is_asked() || self.is_ended();
        self.asked.set_value(0.0);
        // Perhaps on another page, that says nothing of it.
        let must_reload = self.must_reload.try_update_value(std::mem::take) == Some(true);
        if must_reload || was_asked {
            self.has_ended.set(false);
            self.reload();
        }
    }

    /// The session has ended in the middle of something: asks the host document to see to it, or else
    /// the user, over what shows. Once for all that fails at the same time.
    pub fn end(self) {
        const AT_ONCE_MS: f64 = 1_000.0;
        let is_signed_out = |identity: &Identity| *identity == Identity::SignedOut;
        // The stand-alone app shows the screen "Sign in" then.
        if !self.host.is_element() && self.identity.try_with_untracked(is_signed_out) == Some(true)
        {
            return;
        }
        let now = Date::now();
        let asked = self.asked.try_get_value().unwrap_or(now);
        if self.is_ended() {
            // If the dialog could not be loaded, this is another try.
            self.has_ended.try_set(true);
            return;
        }
        if now - asked < AT_ONCE_MS {
            return;
        }
        self.asked.set_value(now);
        // The document may keep this for longer than the app lives.
        let retry = move || {
            if !self.api.is_disposed() {
                self.announce();
                self.refresh_after_sign_in();
            }
        };
        let retry = Closure::<dyn FnMut()>::new(retry).into_js_value();
        // It may take the app away meanwhile.
        if self.host.tell(Event::AuthRequired(retry.unchecked_into())) {
            self.has_ended.try_set(true);
        }
    }

    /// Somebody is asked to sign in, and has not done so yet: what the app requests by itself would fail.
    #[must_use]
    pub fn is_asked(self) -> bool {
        self.asked.try_get_value().is_some_and(|asked| asked > 0.0)
    }

    /// A screen or a dialog calls this with what loads it, to be loaded again when there is a reason:
    /// signed in again, back online.
    pub fn on_reload(self, load: impl Fn() + Send + Sync + 'static) {
        let last = self.loads.with_value(|loads| loads.last().map_or(0, |(number, _)| *number));
        let number = last + 1;
        self.loads.update_value(|loads| loads.push((number, Arc::new(load))));
        on_cleanup(move || {
            self.loads.try_update_value(|loads| loads.retain(|(it, _)| *it != number));
        });
    }

    /// Loads again what shows.
    pub fn reload(self) {
        for (_, load) in self.loads.try_get_value().unwrap_or_default() {
            load();
        }
    }

    /// The session has ended, and the user may sign in over the page.
    #[must_use]
    pub fn has_ended(self) -> bool {
        self.has_ended.get()
    }

    /// The app is gone, and nobody can be asked to sign in any more.
    #[must_use]
    pub fn is_gone(self) -> bool {
        self.has_ended.is_disposed()
    }

    /// The same, not tracked; also if the app is gone.
    #[must_use]
    pub fn is_ended(self) -> bool {
        self.has_ended.try_get_untracked().unwrap_or(false)
    }

    /// The user has closed the dialog, and is asked again at the next thing they do.
    pub fn close_dialog(self) {
        const LONG_AGO: f64 = 1.0;
        if self.is_asked() {
            self.asked.set_value(LONG_AGO);
        }
        self.has_ended.set(false);
    }

    /// The user signed out.
    pub fn forget(self) {
        self.asked.set_value(0.0);
        self.drop_request();
        self.set_identity(Identity::SignedOut);
    }

    /// What was asked before is out of date.
    fn drop_request(self) {
        self.request.run(|_| std::future::ready(()), |()| {});
    }

    /// Who is signed in; not tracked.
    #[must_use]
    pub fn user_id(self) -> Option<u64> {
        self.identity.try_with_untracked(Identity::user_id).flatten()
    }

    fn set_identity(self, identity: Identity) {
        if let Some(before) = self.user_id()
            && identity.user_id() != Some(before)
        {
            // What was requested for the one before is not for the next.
            self.api.try_with_value(Api::forget_prefetched);
        }
        if self.identity.try_with_untracked(|known| *known != identity) == Some(true) {
            self.identity.set(identity);
        }
    }
}
