//! `beistand serve`: until somebody says stop.

use super::{Serve, say};
use crate::fault::Fault;
use crate::folder::Folder;
use crate::http::listen;
use crate::running::{Front, Running, bind};
use crate::settings::Settings;
use crate::{log, operations};
use backend::Purpose;

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
    let config = folder.config(purpose, settings.database_url.as_deref())?;
    let listener = bind(listen).await?;

    let site = folder.site();
    let front = Front {
        site: &site,
        title: settings.title(),
        operator: settings.operator.clone(),
    };
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
        super::demo::greet(&address)?;
    } else {
        say(&format!("Ready on {address}"));
    }
    stop_signal().await;
    tracing::info!("stopping");
    running.stop().await;
    Ok(())
}

/// Done when the system or a person asks the program to end.
async fn stop_signal() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    interrupt.await.ok();
}
