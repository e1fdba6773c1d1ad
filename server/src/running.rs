//! A running platform: opened, listening, doing what is due, ended in order.

use crate::address::{PublicUrl, StrictTransport};
use crate::fault::Fault;
use crate::http::{self, ClientAddress, Http, Parts, Visitors, listen};
use crate::site::Site;
use app::public::Operator;
use backend::{Backend, Clock};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};

/// How often the backend does what is due.
const DUE: Duration = Duration::from_secs(60);

/// A platform that answers.
#[derive(Debug)]
pub struct Running {
    /// What handlers share.
    pub http: Http,
    address: SocketAddr,
    stop: watch::Sender<bool>,
    server: JoinHandle<()>,
    timer: JoinHandle<()>,
}

/// What the platform's faces are made from.
#[derive(Clone, Debug)]
pub struct Front {
    /// The site folder.
    pub site: PathBuf,
    /// The operator's neutral word in titles.
    pub title: String,
    /// Who runs the platform.
    pub operator: Operator,
    /// How strictly browsers keep to TLS.
    pub strict_transport: StrictTransport,
    /// In which header the proxy tells who asks.
    pub client_address: Option<ClientAddress>,
}

/// Binds the address.
///
/// # Errors
/// If somebody else has the port, or this user may not have it.
pub async fn bind(address: SocketAddr) -> Result<TcpListener, Fault> {
    TcpListener::bind(address)
        .await
        .map_err(|error| match error.kind() {
            std::io::ErrorKind::AddrInUse => Fault::new(
                format!("Port {} is taken by another program.", address.port()),
                "End that program, or choose another port, for example `--listen 127.0.0.1:3001`.",
            ),
            std::io::ErrorKind::PermissionDenied => Fault::new(
                format!("This user may not listen on port {}.", address.port()),
                "Choose a port from 1024 on, and let the proxy have the low one.",
            ),
            _ => Fault::new(
                format!("{address} cannot be listened on: {error}."),
                "Choose an address of this machine.",
            ),
        })
}

impl Running {
    /// Opens the platform and begins to answer on `listener`.
    ///
    /// # Errors
    /// If the database or the site cannot be opened.
    pub async fn start(
        mut config: backend::Config,
        front: Front,
        address: Option<PublicUrl>,
        listener: TcpListener,
    ) -> Result<Self, Fault> {
        let local = listener
            .local_addr()
            .map_err(|error| Fault::file(Path::new("the socket"), &error))?;
        let address = address.map_or_else(|| format!("http://{local}").parse(), Ok)?;
        let behind_proxy = address.is_secure();
        if behind_proxy && front.client_address.is_none() {
            tracing::warn!(
                "all visitors look alike: set client_address to the header in which the proxy tells who asks"
            );
        }
        let clock = config.clock.clone();
        let random = config.random.clone();
        config.origin = Some(address.to_string());
        let backend = Backend::open(config).await?;
        let operator = match (backend.is_demo(), front.operator.address.is_empty()) {
            (true, true) => Operator::demonstration(),
            (demonstration, _) => Operator {
                demonstration,
                ..front.operator
            },
        };
        let site = Arc::new(Site::open(&front.site, &front.title, &operator)?);
        let pages = http::pages::site(site.manifest(), operator, address.to_string())?;
        let (stop, stopping) = watch::channel(false);
        let http = Http::new(Parts {
            backend: backend.clone(),
            site,
            pages,
            transport: address.transport(front.strict_transport),
            address,
            clock: clock.clone(),
            random,
            stopping: stopping.clone(),
            visitors: Visitors::new(front.client_address, behind_proxy),
            reports: Default::default(),
            sockets: Default::default(),
        });
        let router = http::router(&http).map_err(|error| {
            Fault::new(
                format!("{error}."),
                "Write the public address as a browser shows it (IDN as xn--…).",
            )
        })?;
        let timer = tokio::spawn(do_what_is_due(backend, clock));
        let server = tokio::spawn(listen::serve(listener, router, stopped(stopping)));
        Ok(Self {
            http,
            address: local,
            stop,
            server,
            timer,
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn local_address(&self) -> SocketAddr {
        self.address
    }

    /// Takes no new requests, lets open ones finish, closes the database.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        self.server.await.ok();
        self.timer.abort();
        self.http.backend.close().await;
    }
}

async fn stopped(mut stopping: watch::Receiver<bool>) {
    // An error means that nobody is left who could ask: the same as being asked.
    stopping.wait_for(|stopping| *stopping).await.ok();
}

async fn do_what_is_due(backend: Backend, clock: Arc<dyn Clock>) {
    let mut timer = interval(DUE);
    timer.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        timer.tick().await;
        if let Err(backend::Error::Internal { during, source }) = backend.run_due(clock.now()).await
        {
            tracing::error!(during, cause = %source, "what is due was not done");
        }
    }
}
