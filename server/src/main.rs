//! The program `beistand`.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    match server::cli::run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            server::cli::complain(&fault);
            ExitCode::FAILURE
        }
    }
}
