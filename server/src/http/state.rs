//! What every handler shares.

use super::headers::Transport;
use super::report::Counts;
use super::visitor::Visitors;
use crate::address::PublicUrl;
use crate::site::Site;
use app::context::Cookie;
use backend::{Backend, Clock, Random};
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::watch;

/// Cheap to clone.
#[derive(Clone, Debug)]
pub struct Http(Arc<Parts>);

/// What a server is made of.
#[derive(Debug)]
pub struct Parts {
    /// The platform.
    pub backend: Backend,
    /// Everything static.
    pub site: Arc<Site>,
    /// What public pages need to know.
    pub pages: app::public::Site,
    /// Where browsers find us.
    pub address: PublicUrl,
    /// How browsers reach us.
    pub transport: Transport,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Where randomness comes from.
    pub random: Arc<dyn Random>,
    /// Becomes true when the program is about to end.
    pub stopping: watch::Receiver<bool>,
    /// Who asks.
    pub visitors: Visitors,
    /// Broken policies that browsers reported.
    pub reports: Counts,
    /// Open live channels.
    pub sockets: AtomicUsize,
}

impl Http {
    /// Shares `parts`.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// How the session's cookie is written here.
    #[must_use]
    pub fn cookie(&self) -> Cookie {
        if self.address.is_secure() {
            Cookie::Secure
        } else {
            Cookie::Loopback
        }
    }

    /// A random number for a request, 16 hexadecimal digits.
    #[must_use]
    pub fn request_number(&self) -> String {
        let mut bytes = [0; 8];
        self.random.fill(&mut bytes);
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// A random number below `bound` (near enough to even for waiting times); 0 if `bound` is 0.
    #[must_use]
    pub fn random_below(&self, bound: u64) -> u64 {
        let mut bytes = [0; 8];
        self.random.fill(&mut bytes);
        u64::from_le_bytes(bytes)
            .checked_rem(bound)
            .unwrap_or_default()
    }

    /// How many live channels are open.
    #[must_use]
    pub fn open_sockets(&self) -> usize {
        self.sockets.load(Ordering::Relaxed)
    }
}

impl Deref for Http {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
