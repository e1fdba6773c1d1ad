//! A second implementation of the formats, in JavaScript for Node, against the golden vectors.

use super::report::Tally;
use super::stream;
use crate::{command, place};
use anyhow::{Result, bail};

/// Runs it; the packages of end2end have to be there.
pub(crate) fn test(tally: &mut Tally) -> Result<()> {
    let mut node = command::program("node");
    node.current_dir(place::root().join("end2end/vectors"))
        .args(["--test", "--test-reporter=spec"]);
    stream::run(&mut node, tally, stream::node)?;
    if tally.passed == 0 {
        bail!("no test was found");
    }
    Ok(())
}
