//! The postcodes, packed by the code that the client unpacks them with.

use anyhow::{Context, Result, anyhow};
use domain::postcode::PostcodeTable;

/// `data/postcodes_de.csv` in packed form.
pub(crate) fn packed() -> Result<Vec<u8>> {
    let path = crate::place::root().join("data/postcodes_de.csv");
    let csv = std::fs::read_to_string(&path)
        .with_context(|| format!("cannot read {}", path.display()))?;
    let table =
        PostcodeTable::from_csv(&csv).map_err(|error| anyhow!("{}: {error:?}", path.display()))?;
    Ok(table.pack())
}
