//! `HKDF(family, "x", context)`: keys out of keys, one label a purpose.

use crate::error::OpenError;
use crate::hazmat::kdf;
use crate::label::label;
use crate::secret::Secret;

/// HKDF-SHA-256 without salt, info `L(family/x) | context`. `name` is `family/x`.
pub(crate) fn derive<const N: usize>(
    ikm: &[u8],
    name: &str,
    context: &[&[u8]],
) -> Result<Secret<N>, OpenError> {
    let label = label(name);
    let mut info = vec![&label[..]];
    info.extend_from_slice(context);
    let mut key = Secret::zero();
    kdf::hkdf_sha256(ikm, None, &info, key.expose_mut())?;
    Ok(key)
}
