//! `beistand serve`: until somebody says stop.

use super::{Serve, say};
use crate::fault::Fault;
use crate::folder::Folder;
use crate::http::listen;
use crate::running::{Running, bind};
use crate::settings::Settings;
use crate::{log, operations};
use backend::{Config, Purpose};

pub(super) async fn run(arguments: Serve) -> Result<(), Fault> {
    let folder = Folder::new(&arguments.data);
    let settings = Settings::read(&folder)?;
    log::start(settings.log);
    let listen = settings.listen(arguments.listen)?;
    let address = settings.public_url(arguments.public_url.as_deref(), listen)?;
    let purpose = if arguments.demo {
        Purpose::Demonstration
    } else {
        Purpose::Real
    };
    let config = Config {
        limits: settings.limits.clone(),
        ..folder.config(purpose, settings.database_url.as_deref())?
    };
    let listener = bind(listen).await?;
    let _alone = folder.lock()?;
    let stop = StopSignal::listen()?;

    let front = settings.front(&folder);
    let running = Running::start(config, front, Some(address.clone()), listener).await?;
    if let Some(address) = arguments.operations.or(settings.operations) {
        let address = settings.listen(Some(address))?;
        let router = operations::router(running.http.clone());
        tokio::spawn(listen::serve(
            bind(address).await?,
            router,
            std::future::pending(),
        ));
    }
    if arguments.demo {
        super::demo::greet(&address, &arguments.data)?;
    } else {
        say(&format!("Ready on {address}"));
    }
    stop.come().await;
    tracing::info!("stopping");
    running.stop().await;
    Ok(())
}

/// What the system or a person sends to end the program; listens from when it is made.
struct StopSignal {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

impl StopSignal {
    fn listen() -> Result<Self, Fault> {
        Ok(Self {
            #[cfg(unix)]
            terminate: tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
                .map_err(|error| {
                    Fault::new(
                        format!("Signals cannot be received: {error}."),
                        "Report this.",
                    )
                })?,
        })
    }

    #[cfg(unix)]
    async fn come(mut self) {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = self.terminate.recv() => {}
        }
    }

    #[cfg(not(unix))]
    async fn come(self) {
        tokio::signal::ctrl_c().await.ok();
    }
}
